/*
 * The sends and writes: bytes that are in the vault are gathered from there, those of the program from the program.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <limits.h>
#include <string.h>

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

static inline int tracks_any(const struct iovec *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zio_tracks(parts[i].iov_base, parts[i].iov_len))
            return 1;
    return 0;
}

__attribute__((noinline))
static int send_gathered(enum sender sender, int fd, const struct iovec *parts, size_t count, const struct msghdr *message,
                         int flags, off_t offset, ssize_t *sent)
{
    struct gathering g __attribute__((cleanup(gathering_end)));
    g.pinned = 0;
    g.gather.user = parts;
    g.gather.user_count = count;
    g.gather.count = 0;
    /* Zero-copy sends read the pages after the call has returned: they need the program's own. */
    if (count > ZIO_GATHER || (sender == SEND && (flags & MSG_ZEROCOPY) != 0)) {
        zio_enter();
        for (size_t i = 0; i < count; i++)
            core_resolve((uintptr_t)parts[i].iov_base, parts[i].iov_len);
        zio_leave();
        return 0;
    }
    zio_enter();
    g.pinned = core_gather(&g.gather);
    zio_leave();
    if (!g.pinned)
        return 0;
    if (sender == WRITE)
        *sent = NEXT(writev)(fd, g.gather.out, (int)g.gather.count);
    else if (sender == PWRITE)
        *sent = NEXT(pwritev)(fd, g.gather.out, (int)g.gather.count, offset);
    else {
        struct msghdr own;
        memset(&own, 0, sizeof own);
        if (message != NULL)
            own = *message;
        own.msg_iov = g.gather.out;
        own.msg_iovlen = g.gather.count;
        *sent = NEXT(sendmsg)(fd, &own, flags);
    }
    return 1;
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
        if (likely(!zio_holds()) || !tracks_any(parts, count) ||                                              \
            !send_gathered(sender, fd, parts, count, message, flags, offset, &sent_))                         \
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
