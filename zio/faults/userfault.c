/*
 * The system calls, and the handler thread: as in libzio, it waits for the descriptor, reads a message, fills.
 */
#include "userfault.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void refuse(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(3);
}

void fail(const char *what)
{
    perror(what);
    exit(1);
}

int open_userfault(uint64_t features)
{
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    struct uffdio_api api = { .api = UFFD_API, .features = features };
    if (ioctl(fd, UFFDIO_API, &api) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int register_range(int userfault, void *start, size_t bytes, uint64_t mode)
{
    struct uffdio_register range = { .range = { (uintptr_t)start, bytes }, .mode = mode };
    return ioctl(userfault, UFFDIO_REGISTER, &range);
}

static int fill_some(int userfault, enum way way, uintptr_t target, uintptr_t source, size_t bytes, int64_t *filled)
{
    int result;
    if (way == BY_COPY) {
        struct uffdio_copy copy = { .dst = target, .src = source, .len = bytes };
        result = ioctl(userfault, UFFDIO_COPY, &copy);
        *filled = copy.copy;
    } else if (way == BY_MOVE) {
        struct uffdio_move move = { .dst = target, .src = source, .len = bytes };
        result = ioctl(userfault, UFFDIO_MOVE, &move);
        *filled = move.move;
    } else {
        struct uffdio_continue map = { .range = { target, bytes } };
        result = ioctl(userfault, UFFDIO_CONTINUE, &map);
        *filled = map.mapped;
    }
    return result;
}

int fill(int userfault, enum way way, uintptr_t target, uintptr_t source, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        int64_t filled = 0;
        if (fill_some(userfault, way, target + done, source + done, bytes - done, &filled) == 0)
            return 0;
        if (filled > 0)
            done += (size_t)filled;
        else if (errno != EAGAIN)
            return -1;
    }
    return 0;
}

void *map_private(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    /* Refused where the kernel knows no huge pages. */
    (void)madvise(memory, bytes, MADV_NOHUGEPAGE);
    return memory;
}

void pin(int core)
{
    static cpu_set_t at_start;
    if (CPU_COUNT(&at_start) == 0 && sched_getaffinity(0, sizeof at_start, &at_start) != 0)
        fail("sched_getaffinity");
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (core >= 0)
        CPU_SET(core, &cores);
    if (sched_setaffinity(0, sizeof cores, core >= 0 ? &cores : &at_start) != 0)
        fail("sched_setaffinity");
}

static struct { int userfault, core; enum way way; uintptr_t target, source; size_t bytes; } handled;

static void *handle(void *nothing)
{
    (void)nothing;
    pin(handled.core);
    for (;;) {
        struct pollfd ready = { handled.userfault, POLLIN, 0 };
        struct uffd_msg message;
        if (poll(&ready, 1, -1) < 0 || read(handled.userfault, &message, sizeof message) != sizeof message)
            continue;
        uintptr_t page = message.arg.pagefault.address & ~(PAGE - 1);
        if (fill(handled.userfault, handled.way, page, handled.source + (page - handled.target), handled.bytes) != 0)
            fail("filling a page");
    }
    return NULL;
}

void start_handler(int userfault, enum way way, uintptr_t target, uintptr_t source, size_t bytes, int core)
{
    pthread_t thread;
    handled.userfault = userfault;
    handled.core = core;
    handled.way = way;
    handled.target = target;
    handled.source = source;
    handled.bytes = bytes;
    errno = pthread_create(&thread, NULL, handle, NULL);
    if (errno != 0)
        fail("pthread_create");
}
