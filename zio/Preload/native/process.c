/*
 * What would take the engine from under the program, or duplicate it: fork in its forms, and descriptors closed in bulk.
 * The engine's two descriptors stay open; to the program they look as if they were not.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

void zio_forget_descriptor(int fd);
void zio_memory_syscall(long number, const long *arguments);
void zio_note_handlers(void);
extern uint32_t zio_meeting;

static inline int is_ours(int fd) { return unlikely(fd >= 0 && zio_minds() && (fd == zio_uffd || fd == zio_maps)); }

static int refuse(void)
{
    errno = EBADF;
    return -1;
}

ZIO_EXPORT int close(int fd)
{
    if (is_ours(fd))
        return refuse();
    zio_forget_descriptor(fd);
    return NEXT(close)(fd);
}

/* Moves an engine's descriptor out of the way of one that the program wants at its number. */
static void make_way(int fd)
{
    if (!is_ours(fd))
        return;
    zio_lock();
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, fd + 1);
    if (moved < 0)
        moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (moved >= 0)
        __atomic_store_n(fd == zio_uffd ? &zio_uffd : &zio_maps, moved, __ATOMIC_SEQ_CST);
    zio_await_descriptor();
    zio_unlock();
}

ZIO_EXPORT int dup2(int fd, int target)
{
    if (is_ours(fd))
        return refuse();
    make_way(target);
    zio_forget_descriptor(target);
    return NEXT(dup2)(fd, target);
}

ZIO_EXPORT int dup3(int fd, int target, int flags)
{
    if (is_ours(fd))
        return refuse();
    make_way(target);
    zio_forget_descriptor(target);
    return NEXT(dup3)(fd, target, flags);
}

ZIO_EXPORT int close_range(unsigned first, unsigned last, int flags)
{
    if (likely(!zio_minds()) || first > last)
        return NEXT(close_range)(first, last, flags);
    unsigned ours[2] = { (unsigned)zio_uffd, (unsigned)zio_maps };
    if (ours[0] > ours[1]) {
        unsigned larger = ours[0];
        ours[0] = ours[1];
        ours[1] = larger;
    }
    unsigned from = first;
    for (int i = 0; i < 2; i++) {
        if (ours[i] < from || ours[i] > last)
            continue;
        if (ours[i] > from && NEXT(close_range)(from, ours[i] - 1, flags) != 0)
            return -1;
        if (ours[i] == last)
            return 0;
        from = ours[i] + 1;
    }
    return NEXT(close_range)(from, last, flags);
}

ZIO_EXPORT void closefrom(int first)
{
    if (likely(!zio_minds()))
        NEXT(closefrom)(first);
    else
        close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0);
}

static __thread int is_forking __attribute__((tls_model("initial-exec")));

/*
 * fork, forkpty, daemon and whatever else of libc forks come through here; posix_spawn and vfork share the memory.
 * Everything comes back to the program's pages, and stays there until the fork is over. The lock is not held
 * meanwhile: the allocators and libc take theirs in a fork, and whoever holds those may wait for a page fault.
 */
static void before_fork(void)
{
    if (!zio_minds())
        return;
    is_forking = 1;
    zio_change(ZIO_FORK, 0, 0, 0);
}

static void in_parent(void)
{
    if (!is_forking)
        return;
    is_forking = 0;
    zio_lock();
    zio_live->forking--;
    zio_unlock();
}

/* The child finds zio_live zeroed, so no engine; it may start its own. Its copies of the descriptors are the parent's. */
static void in_child(void)
{
    if (!is_forking)
        return;
    is_forking = 0;
    zio_renumber();
    NEXT(close)(zio_uffd);
    if (zio_maps >= 0)
        NEXT(close)(zio_maps);
    zio_uffd = zio_maps = -1;
    zio_copy_threshold = SIZE_MAX;
    if (zio_meeting != 0)
        zio_options.mode = ZIO_OFF;
}

void zio_process_begin(void)
{
    static int registered;
    if (!registered)
        pthread_atfork(before_fork, in_parent, in_child);
    registered = 1;
}

ZIO_EXPORT pid_t _Fork(void)
{
    before_fork();
    pid_t child = NEXT(_Fork)();
    if (child == 0)
        in_child();
    else
        in_parent();
    return child;
}

ZIO_EXPORT long syscall(long number, ...)
{
    long a[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(rest, long);
    va_end(rest);
    if (likely(!zio_minds()))
        return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (number == SYS_fork || (number == SYS_clone && (a[0] & CLONE_VM) == 0)) {
        before_fork();
        long child = NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (child == 0)
            in_child();
        else
            in_parent();
        return child;
    }
    if (number == SYS_close)
        return close((int)a[0]);
    if (number == SYS_close_range)
        return close_range((unsigned)a[0], (unsigned)a[1], (int)a[2]);
    if (number == SYS_rt_sigaction && a[1] != 0)
        zio_note_handlers();
    zio_memory_syscall(number, a);
    return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
