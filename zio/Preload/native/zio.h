/*
 * What the files of the thin C layer share: the next definitions of the libc functions that it stands before,
 * the engine's state that its fast paths read, and the entries of the C# core.
 *
 * Threads: everything here may be called from any thread at any time, also from signal handlers and before main.
 */
#ifndef ZIO_H
#define ZIO_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#define ZIO_EXPORT __attribute__((visibility("default")))
#define ZIO_PAGE 4096ul
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* The definitions that would have been called without this library. */
struct zio_next {
    void *(*memmove)(void *, const void *, size_t);
    void (*free)(void *);
    void *(*malloc)(size_t);
    void *(*realloc)(void *, size_t);
    size_t (*malloc_usable_size)(void *);
    int (*munmap)(void *, size_t);
    void *(*mmap)(void *, size_t, int, int, int, off_t);
    void *(*mremap)(void *, size_t, size_t, int, ...);
    int (*madvise)(void *, size_t, int);
    int (*mprotect)(void *, size_t, int);
    int (*close)(int);
    int (*dup2)(int, int);
    int (*dup3)(int, int, int);
    void (*closefrom)(int);
    int (*close_range)(unsigned, unsigned, int);
    ssize_t (*recv)(int, void *, size_t, int);
    ssize_t (*recvfrom)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
    ssize_t (*recvmsg)(int, struct msghdr *, int);
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*readv)(int, const struct iovec *, int);
    ssize_t (*send)(int, const void *, size_t, int);
    ssize_t (*sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    ssize_t (*sendmsg)(int, const struct msghdr *, int);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*writev)(int, const struct iovec *, int);
    ssize_t (*pwrite)(int, const void *, size_t, off_t);
    ssize_t (*pwritev)(int, const struct iovec *, int, off_t);
    pid_t (*_Fork)(void);
    long (*syscall)(long, ...);
    int (*sigaction)(int, const void *, void *);
    void *(*signal)(int, void *);
    void *(*__sysv_signal)(int, void *);
    void *(*sigset)(int, void *);
    int (*pthread_setcanceltype)(int, int *);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
};

extern struct zio_next zio_next;
void zio_resolve(void);

/* The next definition of a function, found first if nobody has called yet (constructors of other libraries come early). */
#define NEXT(name) (likely(zio_next.name != NULL) ? zio_next.name : (zio_resolve(), zio_next.name))

enum zio_mode { ZIO_OFF, ZIO_COUNT, ZIO_ON };

/* Where received bytes are while copies of them are elided: in memory of the library's, or where the program has them. */
enum zio_engine { ZIO_VAULT, ZIO_PUBLISHED };

struct zio_options {
    enum zio_mode mode;
    enum zio_engine engine;
    int stats;
    int always_elide;   /* no back-off: for tests, which touch more than any program worth eliding for */
    long linger;        /* microseconds for which a thread sleeps with the lock: for tests of what happens meanwhile */
    size_t threshold;   /* bytes; a copy or receive of no more is left alone */
    size_t vault_max;   /* bytes of vault at most */
};

extern struct zio_options zio_options;

/* SIZE_MAX while there is nothing to do: then every copy costs one compare. */
extern size_t zio_copy_threshold;

/* Shared with the C# core (Counters.cs has the same order). */
struct zio_counters {
    uint64_t copies_elided, copies_done, bytes_elided, bytes_copied;
    uint64_t faults, pages_resolved, sends_gathered, bytes_from_vault;
    uint64_t receives_to_vault, bytes_to_vault, vault_bytes_held, vault_bytes_peak;
    uint64_t ranges_adopted, sites_suspended;
    uint64_t receives, bytes_received, sends, bytes_sent;
    uint64_t pages_handed_over;
    uint64_t faults_of_holder;
};

extern struct zio_counters zio_counters;

static inline size_t zio_sum_of(const struct iovec *parts, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += parts[i].iov_len;
    return sum;
}

static inline void zio_count(uint64_t *counter, uint64_t amount) { __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED); }

#endif
