/*
 * The receives. A stream socket that has just given a large receive is expected to give another, which then goes to
 * the vault; everything else goes where the program said. read() counts as a receive only on a socket: a file's bytes
 * come from the page cache, are mostly parsed, and would only fault back.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <string.h>

void __chk_fail(void) __attribute__((noreturn));

#define LARGE_EXPECTED 8
#define WATCHED_FDS 65536

/* Receives for which a large one is still expected of a descriptor. A guess only: nothing depends on its truth. */
static uint8_t expected[WATCHED_FDS];

void zio_forget_descriptor(int fd)
{
    if (fd >= 0 && fd < WATCHED_FDS)
        expected[fd] = 0;
}

static int is_stream(int fd)
{
    int type = 0, error = errno;
    socklen_t bytes = sizeof type;
    int result = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &bytes);
    errno = error;
    return result == 0 && type == SOCK_STREAM;
}

static void learn(int fd, ssize_t received)
{
    if (received > (ssize_t)zio_options.threshold) {
        zio_count(&zio_counters.receives, 1);
        zio_count(&zio_counters.bytes_received, (uint64_t)received);
        if (zio_options.mode == ZIO_ON && fd >= 0 && fd < WATCHED_FDS && expected[fd] < LARGE_EXPECTED) {
            if (expected[fd] == 0 && (!is_stream(fd) || !zio_start()))
                return;
            expected[fd] = LARGE_EXPECTED;
        }
    } else if (received > 0 && fd >= 0 && fd < WATCHED_FDS && expected[fd] > 0)
        expected[fd]--;
}

/* Kernel writes into tracked pages would fault one by one: bring them back in one step first. */
static void prepare(const struct iovec *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zio_tracks(parts[i].iov_base, parts[i].iov_len)) {
            zio_enter();
            core_resolve((uintptr_t)parts[i].iov_base, parts[i].iov_len);
            zio_leave();
        }
}

struct engaged {
    struct zio_receive receive;
    ssize_t received;
};

/* Also runs when the thread is cancelled inside the call: what was reserved goes back. */
static void engaged_end(struct engaged *e)
{
    if (e->receive.piece_count == 0)
        return;
    zio_enter();
    core_receive_end(&e->receive, e->received);
    zio_leave();
    int error = errno;
    for (uint64_t i = 0; i < e->receive.late_count; i++)
        zio_next.memmove((void *)e->receive.late_target[i], e->receive.late[i].iov_base, e->receive.late[i].iov_len);
    if (e->receive.late_count > 0) {
        zio_enter();
        core_receive_end(&e->receive, -1);
        zio_leave();
    }
    errno = error;
}

__attribute__((noinline))
static int receive_to_vault(int fd, const struct iovec *parts, size_t count, struct msghdr *message, int flags, int is_read,
                            uintptr_t site, ssize_t *received)
{
    struct zio_receive *receive;
    struct engaged e __attribute__((cleanup(engaged_end)));
    receive = &e.receive;
    e.received = 0;
    receive->user = parts;
    receive->user_count = count;
    receive->site = site;
    receive->piece_count = receive->chunk_count = receive->late_count = 0;
    zio_note_stack();
    zio_enter();
    int engaged = core_receive_begin(receive);
    zio_leave();
    if (!engaged)
        return 0;
    if (is_read)
        *received = NEXT(readv)(fd, receive->out, (int)receive->piece_count);
    else {
        struct msghdr own;
        if (message != NULL)
            own = *message;
        else
            memset(&own, 0, sizeof own);
        own.msg_iov = receive->out;
        own.msg_iovlen = receive->piece_count;
        *received = NEXT(recvmsg)(fd, &own, flags);
        if (message != NULL) {
            message->msg_namelen = own.msg_namelen;
            message->msg_controllen = own.msg_controllen;
            message->msg_flags = own.msg_flags;
        }
    }
    e.received = *received > 0 ? *received : 0;
    return 1;
}

static inline int wants_engine(int fd, const struct iovec *parts, size_t count, size_t bytes, int flags)
{
    if (!zio_runs() || bytes <= zio_options.threshold || count > 16 || fd < 0 || fd >= WATCHED_FDS)
        return 0;
    if ((flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_WAITALL | MSG_CMSG_CLOEXEC)) != 0)
        return 0;
    if (expected[fd] > 0)
        return 1;
    return zio_tracks_parts(parts, count) && is_stream(fd);
}

#define SITE ((uintptr_t)__builtin_return_address(0))

/* One receive: by the engine, or by the next definition with the pages prepared. */
#define RECEIVE(fd, parts, count, message, flags, is_read, plain)                                             \
    do {                                                                                                      \
        size_t bytes_ = zio_sum_of(parts, count);                                                                 \
        ssize_t received_;                                                                                    \
        if (likely(bytes_ <= zio_options.threshold && !zio_holds()))                                           \
            return plain;                                                                                     \
        if (!wants_engine(fd, parts, count, bytes_, flags) ||                                                 \
            !receive_to_vault(fd, parts, count, message, flags, is_read, SITE, &received_)) {                 \
            prepare(parts, count);                                                                            \
            received_ = plain;                                                                                \
        }                                                                                                     \
        if (bytes_ > zio_options.threshold && zio_options.mode != ZIO_OFF)                                   \
            learn(fd, received_);                                                                             \
        return received_;                                                                                     \
    } while (0)

ZIO_EXPORT ssize_t recv(int fd, void *buffer, size_t bytes, int flags)
{
    struct iovec part = { buffer, bytes };
    RECEIVE(fd, &part, 1, NULL, flags, 0, NEXT(recv)(fd, buffer, bytes, flags));
}

ZIO_EXPORT ssize_t recvfrom(int fd, void *restrict buffer, size_t bytes, int flags, struct sockaddr *restrict from,
                            socklen_t *restrict from_bytes)
{
    struct iovec part = { buffer, bytes };
    /* With an address asked for, the engine's recvmsg would have to translate it: not worth it on a stream. */
    RECEIVE(from == NULL ? fd : -1, &part, 1, NULL, flags, 0, NEXT(recvfrom)(fd, buffer, bytes, flags, from, from_bytes));
}

ZIO_EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    if (message == NULL || message->msg_iov == NULL)
        return NEXT(recvmsg)(fd, message, flags);
    RECEIVE(fd, message->msg_iov, message->msg_iovlen, message, flags, 0, NEXT(recvmsg)(fd, message, flags));
}

ZIO_EXPORT ssize_t read(int fd, void *buffer, size_t bytes)
{
    struct iovec part = { buffer, bytes };
    RECEIVE(fd, &part, 1, NULL, 0, 1, NEXT(read)(fd, buffer, bytes));
}

ZIO_EXPORT ssize_t readv(int fd, const struct iovec *parts, int count)
{
    if (count <= 0 || parts == NULL)
        return NEXT(readv)(fd, parts, count);
    RECEIVE(fd, parts, (size_t)count, NULL, 0, 1, NEXT(readv)(fd, parts, count));
}

ZIO_EXPORT ssize_t __read_chk(int fd, void *buffer, size_t bytes, size_t room)
{
    if (room < bytes)
        __chk_fail();
    struct iovec part = { buffer, bytes };
    RECEIVE(fd, &part, 1, NULL, 0, 1, NEXT(read)(fd, buffer, bytes));
}

ZIO_EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t bytes, size_t room, int flags)
{
    if (room < bytes)
        __chk_fail();
    struct iovec part = { buffer, bytes };
    RECEIVE(fd, &part, 1, NULL, flags, 0, NEXT(recv)(fd, buffer, bytes, flags));
}

ZIO_EXPORT ssize_t __recvfrom_chk(int fd, void *restrict buffer, size_t bytes, size_t room, int flags,
                                  struct sockaddr *restrict from, socklen_t *restrict from_bytes)
{
    if (room < bytes)
        __chk_fail();
    struct iovec part = { buffer, bytes };
    RECEIVE(from == NULL ? fd : -1, &part, 1, NULL, flags, 0, NEXT(recvfrom)(fd, buffer, bytes, flags, from, from_bytes));
}
