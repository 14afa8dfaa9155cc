/*
 * Starting the engine, and the thread that ends page faults.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TICK_MS 1000
#define STACK_BYTES (512 * 1024)
#define LAST_SIGNAL 64

static struct zio_live no_engine;
struct zio_live *zio_live = &no_engine;
int zio_uffd = -1, zio_maps = -1;

void zio_process_begin(void);
void zio_note_first_stack(void);
int zio_next_sigaction(int signal, const struct sigaction *action);
int zio_is_own_handler(void (*handler)(int));
extern int zio_has_handlers;

/* The handler thread has met the core's runtime. */
static uint32_t handler_ready;

/*
 * This thread ends the page faults of all others and would wait for ever in one of its own: once there are registered
 * pages, nothing in here may come near the program's allocator, which may use such pages for anything.
 */
static void *handle_faults(void *nothing)
{
    (void)nothing;
    zio_meet();
    zio_follow_from();
    zio_begin_faults();
    zio_wake_all(&handler_ready);
    for (;;) {
        struct pollfd ready = { zio_uffd, POLLIN, 0 };
        int result = poll(&ready, 1, TICK_MS);
        if (result < 0 || (result > 0 && zio_sort_fault() && !zio_has_faults()))
            continue;
        struct zio_fault fault;
        zio_enter_as_handler();
        if (result == 0)
            core_tick();
        while (zio_next_fault(&fault)) {
            zio_follow_fault(fault.thread);
            if (!zio_answers(fault.address))
                core_fault(fault.address);
        }
        zio_leave();
    }
    return NULL;
}

/* High, so that the program's own descriptors keep their numbers. */
static int moved_up(int fd)
{
    struct rlimit limit;
    int from = 64;
    if (fd < 0)
        return fd;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 256)
        from = (int)(limit.rlim_cur < 65536 ? limit.rlim_cur : 65536) - 64;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, from);
    if (high < 0)
        return fd;
    NEXT(syscall)(SYS_close, fd);
    return high;
}

static int open_userfaultfd(void)
{
    int fd = (int)NEXT(syscall)(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        int device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
        if (device < 0)
            return -1;
        fd = ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC | O_NONBLOCK);
        NEXT(syscall)(SYS_close, device);
    }
    struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_THREAD_ID | (zio_options.engine == ZIO_PUBLISHED ? UFFD_FEATURE_PAGEFAULT_FLAG_WP : 0) };
    if (fd >= 0 && ioctl(fd, UFFDIO_API, &api) != 0) {
        int error = errno;
        NEXT(syscall)(SYS_close, fd);
        errno = error;
        return -1;
    }
    return moved_up(fd);
}

static void say_refused(const char *what)
{
    char text[160] = "zio: ";
    strcat(text, what);
    strcat(text, " is not to be had (");
    strcat(text, strerrorname_np(errno) != NULL ? strerrorname_np(errno) : "?");
    strcat(text, "); copies stay as they are\n");
    NEXT(syscall)(SYS_write, 2, text, strlen(text));
}

static struct zio_live *map_live(void)
{
    if (zio_live != &no_engine)
        return zio_live;        /* a forked child's: zeroed by the kernel */
    struct zio_live *live = NEXT(mmap)(NULL, ZIO_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (live == MAP_FAILED)
        return NULL;
    NEXT(madvise)(live, ZIO_PAGE, MADV_WIPEONFORK);
    return live;
}

static int start_thread(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int result = pthread_create(&thread, &attributes, handle_faults, NULL);
    pthread_attr_destroy(&attributes);
    if (result != 0)
        return result;
    pthread_setname_np(thread, "zio");
    zio_await(&handler_ready);
    return 0;
}

/* The core's runtime sets handlers for faults that its code cannot have; the program's stay in force. */
static int start_core(struct zio_live *live)
{
    struct sigaction programs[LAST_SIGNAL + 1];
    for (int signal = 1; signal <= LAST_SIGNAL; signal++)
    {
        if (sigaction(signal, NULL, &programs[signal]) != 0)
            programs[signal].sa_flags = -1;
        else if (programs[signal].sa_handler != SIG_DFL && programs[signal].sa_handler != SIG_IGN && !zio_is_own_handler(programs[signal].sa_handler))
            zio_has_handlers = 1;
    }
    zio_inside = ZIO_IN_CORE;
    int result = core_start(live, &zio_counters, zio_options.vault_max, zio_options.always_elide,
                            zio_options.engine == ZIO_PUBLISHED);
    zio_inside = ZIO_OUTSIDE;
    for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
        struct sigaction now;
        if (programs[signal].sa_flags != -1 && sigaction(signal, NULL, &now) == 0 &&
            now.sa_sigaction != programs[signal].sa_sigaction)
            zio_next_sigaction(signal, &programs[signal]);
    }
    return result;
}

static int start(void)
{
    struct zio_live *live = map_live();
    if (live == NULL)
        return 0;
    zio_live = live;
    zio_uffd = open_userfaultfd();
    if (zio_uffd < 0) {
        say_refused("userfaultfd");
        return 0;
    }
    zio_maps = moved_up(open("/proc/self/maps", O_RDONLY | O_CLOEXEC));
    handler_ready = 0;
    if (zio_maps < 0 || !zio_hang_doorbell() || start_core(live) != 0 || start_thread() != 0) {
        say_refused("the memory or thread of the engine");
        NEXT(syscall)(SYS_close, zio_uffd);
        if (zio_maps >= 0)
            NEXT(syscall)(SYS_close, zio_maps);
        zio_uffd = zio_maps = -1;
        return 0;
    }
    zio_note_first_stack();
    zio_process_begin();
    zio_copy_threshold = zio_options.threshold;
    __atomic_store_n(&live->active, 1, __ATOMIC_RELEASE);
    return 1;
}

int zio_start(void)
{
    static uint32_t starting;
    if (zio_live->active)
        return 1;
    uint32_t idle = 0;
    if (!__atomic_compare_exchange_n(&starting, &idle, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return 0;               /* by another thread just now, or refused for good */
    int error = errno;
    sigset_t all, mask;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    int started = start();
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    errno = error;
    if (started)
        __atomic_store_n(&starting, 0, __ATOMIC_RELEASE);
    return started;
}
