/* Sending in every way; what was sent is overwritten at once, while the slow reader has yet to take it. */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static ssize_t send_some(uint64_t *random, int fd, unsigned char *at, size_t size)
{
    size_t half = size / 2;
    struct iovec vectors[2] = { { at, half }, { at + half, size - half } };
    struct msghdr message = { .msg_iov = vectors, .msg_iovlen = 2 };
    switch (draw_from(random) % 12) {
    case 0: return write(fd, at, size);
    case 1: return writev(fd, vectors, 2);
    case 2: return sendmsg(fd, &message, 0);
    case 3: return sendto(fd, at, size, 0, NULL, 0);
    case 4: {
        struct pollfd ready = { .fd = fd, .events = POLLOUT };
        ssize_t sent = send(fd, at, size, MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) (void)poll(&ready, 1, -1);
        return sent;
    }
    case 5: return syscall(SYS_sendto, fd, at, size, 0, NULL, 0);
    case 6: return syscall(SYS_write, fd, at, size);
    case 7: return send(fd, at, size, MSG_MORE);
    default: return send(fd, at, size, 0);
    }
}

void send_range(struct world *world, struct range range)
{
    uint64_t random = draw(world); /* of its own: how many calls it takes is the kernel's affair */
    for (size_t done = 0; done < range.size;) {
        ssize_t sent = send_some(&random, world->out, range.at + done, range.size - done);
        if (sent > 0) done += (size_t)sent;
        else if (sent < 0 && errno != EINTR && errno != EAGAIN) fail("send");
    }
}

void op_send(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    send_range(world, range);
    if (one_in(world, 3)) memset(range.at, (int)below(world, 256), range.size);
    else if (one_in(world, 3)) receive(world, range);
}

/* A reply as servers send them: a small head, a large value, another, a small tail, in one call. */
void op_gather(struct world *world)
{
    char head[32];
    struct range first = some_range(world, some_buffer(world)), second = some_range(world, some_buffer(world));
    struct iovec vectors[4] = {
        { head, (size_t)snprintf(head, sizeof head, "$%zu\r\n", first.size) }, { first.at, first.size }, { second.at, second.size }, { "\r\n", 2 },
    };
    int by_message = one_in(world, 2);
    for (int next = 0; next < 4;) {
        struct msghdr message = { .msg_iov = vectors + next, .msg_iovlen = (size_t)(4 - next) };
        ssize_t sent = by_message ? sendmsg(world->out, &message, 0) : writev(world->out, vectors + next, 4 - next);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) fail("gather");
        while (next < 4 && (size_t)sent >= vectors[next].iov_len) sent -= (ssize_t)vectors[next++].iov_len;
        if (next < 4) {
            vectors[next].iov_base = (char *)vectors[next].iov_base + sent;
            vectors[next].iov_len -= (size_t)sent;
        }
    }
}
