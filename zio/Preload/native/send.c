/*
 * The sends and writes: bytes that are elsewhere are gathered from there, those of the program from the program.
 *
 * What the vault holds is pinned while the call lasts, however long that is. An original cannot be: the program may write to it or free
 * it. The published engine's sends are made under the lock, without waiting; what a socket does not take at once, and whatever is
 * not for a socket, gets its bytes back first.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>

struct gathering {
    struct zio_gather gather;
    int pinned;
};

static void gathering_end(struct gathering *g)
{
    if (!g->pinned)
        return;
    zio_enter();
    core_gather_end(&g->gather);
    zio_leave();
}

enum sender { SEND, WRITE, PWRITE };

/* One send or write as the program asked for it. */
struct request {
    enum sender sender;
    int fd;
    const struct iovec *parts;
    size_t count;
    const struct msghdr *message;
    int flags;
    off_t offset;
};

static void bring_back(const struct request *request)
{
    zio_enter();
    for (size_t i = 0; i < request->count; i++)
        core_resolve((uintptr_t)request->parts[i].iov_base, request->parts[i].iov_len);
    zio_leave();
}

static struct msghdr message_of(const struct request *request, struct iovec *parts, size_t count)
{
    struct msghdr own;
    memset(&own, 0, sizeof own);
    if (request->message != NULL)
        own = *request->message;
    own.msg_iov = parts;
    own.msg_iovlen = count;
    return own;
}

/* What a socket that waits did not take at once, from the program's own pages. */
static ssize_t send_rest(const struct request *request, size_t sent)
{
    struct iovec rest[ZIO_GATHER];
    size_t count = 0;
    for (size_t i = 0; i < request->count; i++) {
        size_t skipped = sent < request->parts[i].iov_len ? sent : request->parts[i].iov_len;
        sent -= skipped;
        rest[count++] = (struct iovec){ (char *)request->parts[i].iov_base + skipped, request->parts[i].iov_len - skipped };
    }
    struct msghdr own = message_of(request, rest, count);
    own.msg_control = NULL;     /* went with the first part */
    own.msg_controllen = 0;
    return NEXT(sendmsg)(request->fd, &own, request->flags | MSG_NOSIGNAL);
}

/* The published engine's. By the bare system call: a thread must not be cancelled with the lock. */
static int send_under_lock(const struct request *request, ssize_t *sent)
{
    struct zio_gather gather;
    gather.user = request->parts;
    gather.user_count = request->count;
    gather.count = 0;
    if (request->sender == PWRITE) {
        bring_back(request);
        return 0;
    }
    int error = errno;
    zio_enter();
    int gathered = core_gather(&gather);
    if (gathered) {
        struct msghdr own = message_of(request, gather.out, gather.count);
        *sent = NEXT(syscall)(SYS_sendmsg, request->fd, &own, request->flags | MSG_DONTWAIT);
        error = *sent < 0 ? errno : error;
        core_gather_end(&gather);
    }
    zio_leave();
    if (!gathered)
        return 0;
    errno = error;
    if (*sent < 0 ? error != EAGAIN && error != ENOTSOCK : (size_t)*sent == zio_sum_of(request->parts, request->count))
        return 1;
    int is_socket = *sent >= 0 || error == EAGAIN;
    if (is_socket && ((request->flags & MSG_DONTWAIT) != 0 || (fcntl(request->fd, F_GETFL) & O_NONBLOCK) != 0))
        return 1;
    bring_back(request);
    if (*sent <= 0)
        return 0;
    ssize_t more = send_rest(request, (size_t)*sent);
    *sent += more > 0 ? more : 0;
    errno = error;
    return 1;
}

__attribute__((noinline))
static int send_pinned(const struct request *request, ssize_t *sent)
{
    struct gathering g __attribute__((cleanup(gathering_end)));
    g.pinned = 0;
    g.gather.user = request->parts;
    g.gather.user_count = request->count;
    g.gather.count = 0;
    zio_enter();
    g.pinned = core_gather(&g.gather);
    zio_leave();
    if (!g.pinned)
        return 0;
    if (request->sender == WRITE)
        *sent = NEXT(writev)(request->fd, g.gather.out, (int)g.gather.count);
    else if (request->sender == PWRITE)
        *sent = NEXT(pwritev)(request->fd, g.gather.out, (int)g.gather.count, request->offset);
    else {
        struct msghdr own = message_of(request, g.gather.out, g.gather.count);
        *sent = NEXT(sendmsg)(request->fd, &own, request->flags);
    }
    return 1;
}

__attribute__((noinline))
static int send_gathered(struct request request, ssize_t *sent)
{
    /* Zero-copy sends read the pages after the call has returned: they need the program's own. */
    if (request.count > ZIO_GATHER || (request.sender == SEND && (request.flags & MSG_ZEROCOPY) != 0)) {
        bring_back(&request);
        return 0;
    }
    return zio_options.engine == ZIO_PUBLISHED ? send_under_lock(&request, sent) : send_pinned(&request, sent);
}

static void count_send(ssize_t sent)
{
    if (sent > (ssize_t)zio_options.threshold && zio_options.mode != ZIO_OFF) {
        zio_count(&zio_counters.sends, 1);
        zio_count(&zio_counters.bytes_sent, (uint64_t)sent);
    }
}

#define SENT(sender, fd, parts, count, message, flags, offset, plain)                                         \
    do {                                                                                                      \
        ssize_t sent_;                                                                                        \
        if (likely(!zio_holds()) || !zio_tracks_parts(parts, count) ||                                              \
            !send_gathered((struct request){ sender, fd, parts, count, message, flags, offset }, &sent_))                         \
            sent_ = plain;                                                                                    \
        count_send(sent_);                                                                                    \
        return sent_;                                                                                         \
    } while (0)

ZIO_EXPORT ssize_t send(int fd, const void *buffer, size_t bytes, int flags)
{
    struct iovec part = { (void *)buffer, bytes };
    SENT(SEND, fd, &part, 1, NULL, flags, 0, NEXT(send)(fd, buffer, bytes, flags));
}

ZIO_EXPORT ssize_t sendto(int fd, const void *buffer, size_t bytes, int flags, const struct sockaddr *to, socklen_t to_bytes)
{
    struct iovec part = { (void *)buffer, bytes };
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_name = (void *)to;
    message.msg_namelen = to == NULL ? 0 : to_bytes;
    SENT(SEND, fd, &part, 1, &message, flags, 0, NEXT(sendto)(fd, buffer, bytes, flags, to, to_bytes));
}

ZIO_EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    if (message == NULL || message->msg_iov == NULL)
        return NEXT(sendmsg)(fd, message, flags);
    SENT(SEND, fd, message->msg_iov, message->msg_iovlen, message, flags, 0, NEXT(sendmsg)(fd, message, flags));
}

ZIO_EXPORT ssize_t write(int fd, const void *buffer, size_t bytes)
{
    struct iovec part = { (void *)buffer, bytes };
    SENT(WRITE, fd, &part, 1, NULL, 0, 0, NEXT(write)(fd, buffer, bytes));
}

ZIO_EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (count <= 0 || count > IOV_MAX || parts == NULL)
        return NEXT(writev)(fd, parts, count);
    SENT(WRITE, fd, parts, (size_t)count, NULL, 0, 0, NEXT(writev)(fd, parts, count));
}

ZIO_EXPORT ssize_t pwrite(int fd, const void *buffer, size_t bytes, off_t offset)
{
    struct iovec part = { (void *)buffer, bytes };
    SENT(PWRITE, fd, &part, 1, NULL, 0, offset, NEXT(pwrite)(fd, buffer, bytes, offset));
}

ZIO_EXPORT ssize_t pwrite64(int fd, const void *buffer, size_t bytes, off_t offset) { return pwrite(fd, buffer, bytes, offset); }

ZIO_EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    if (count <= 0 || count > IOV_MAX || parts == NULL)
        return NEXT(pwritev)(fd, parts, count, offset);
    SENT(PWRITE, fd, parts, (size_t)count, NULL, 0, offset, NEXT(pwritev)(fd, parts, count, offset));
}

ZIO_EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev(fd, parts, count, offset); }
