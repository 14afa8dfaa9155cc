/* Receiving in every way: whole, short, in vectors, peeked, in packets, up to the end, into memory that is not there. */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PACKET_BYTES_MAX = 96 * 1024, PEEK_BYTES_MAX = 20 * 1024, STREAM_PIECE_BYTES = 8 * 1024, STREAM_BYTES_MAX = 64 * 1024, VECTORS = 3 };

/* Cuts a range into vectors at drawn places. */
static int cut(uint64_t *random, unsigned char *at, size_t size, struct iovec *vectors)
{
    int count = 0;
    while (size > 0 && count < VECTORS) {
        size_t piece = count == VECTORS - 1 ? size : 1 + draw_from(random) % size;
        vectors[count++] = (struct iovec){ at, piece };
        at += piece;
        size -= piece;
    }
    return count;
}

static ssize_t receive_some(uint64_t *random, int fd, unsigned char *at, size_t size)
{
    struct iovec vectors[VECTORS];
    struct msghdr message = { .msg_iov = vectors };
    switch (draw_from(random) % 12) {
    case 0: return recv(fd, at, size, MSG_WAITALL);
    case 1: return read(fd, at, size);
    case 2: return recvfrom(fd, at, size, 0, NULL, NULL);
    case 3:
        message.msg_iovlen = (size_t)cut(random, at, size, vectors);
        return recvmsg(fd, &message, 0);
    case 4: return readv(fd, vectors, cut(random, at, size, vectors));
    case 5: {
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        ssize_t received = recv(fd, at, size, MSG_DONTWAIT);
        if (received < 0 && errno == EAGAIN) (void)poll(&ready, 1, -1);
        return received;
    }
    case 6: return syscall(SYS_recvfrom, fd, at, size, 0, NULL, NULL);
    case 7: return syscall(SYS_read, fd, at, size);
    default: return recv(fd, at, size, 0);
    }
}

void receive(struct world *world, struct range range)
{
    /* Of its own: how many calls it takes is the kernel's affair. */
    uint64_t random = draw(world);
    for (size_t done = 0; done < range.size;) {
        ssize_t received = receive_some(&random, world->in, range.at + done, range.size - done);
        if (received > 0) done += (size_t)received;
        else if (received == 0 || (errno != EINTR && errno != EAGAIN)) fail("receive");
    }
}

void op_receive(struct world *world) { receive(world, some_range(world, some_buffer(world))); }

void op_peek(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    if (range.size > PEEK_BYTES_MAX) range.size = PEEK_BYTES_MAX;
    size_t seen = 0;
    while (seen < range.size) {
        ssize_t peeked = recv(world->in, range.at, range.size, MSG_PEEK | MSG_WAITALL);
        if (peeked > 0) seen = (size_t)peeked;
        else if (peeked == 0 || errno != EINTR) fail("peek");
    }
    see(world, range.at, range.size);
}

static void fill(struct world *world, void *bytes, size_t size)
{
    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t word = draw(world);
        memcpy((char *)bytes + i, &word, sizeof word);
    }
}

static void send_in_pieces(struct world *world, int fd, size_t size)
{
    uint64_t words[STREAM_PIECE_BYTES / 8];
    fill(world, words, sizeof words);
    for (size_t done = 0; done < size;) {
        ssize_t sent = send(fd, words, size - done < sizeof words ? size - done : sizeof words, MSG_NOSIGNAL);
        if (sent > 0) done += (size_t)sent;
        else if (sent < 0 && errno != EINTR) fail("send");
    }
}

/* A packet is shorter than what was asked for: the rest of the buffer stays as it was. */
void op_packet(struct world *world)
{
    static __thread unsigned char packet[PACKET_BYTES_MAX];
    int fds[2];
    struct range range = some_range(world, some_buffer(world));
    size_t size = 1 + below(world, PACKET_BYTES_MAX);
    int is_read = one_in(world, 2);
    ssize_t moved;
    fill(world, packet, size);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) fail("socketpair");
    while ((moved = syscall(SYS_write, fds[0], packet, size)) < 0 && errno == EINTR) {}
    if (moved != (ssize_t)size) fail("write of a packet");
    while ((moved = !is_read ? recv(fds[1], range.at, range.size, 0) : read(fds[1], range.at, range.size)) < 0 && errno == EINTR) {}
    see_number(world, (uint64_t)moved);
    close(fds[0]);
    close(fds[1]);
}

/* So is the last of a stream. */
void op_end_of_stream(struct world *world)
{
    int fds[2];
    struct range range = some_range(world, some_buffer(world));
    size_t size = below(world, STREAM_BYTES_MAX), done = 0;
    uint64_t random = draw(world);
    make_pair(fds, one_in(world, 3));
    send_in_pieces(world, fds[0], size);
    close(fds[0]);
    while (done < range.size) {
        ssize_t received = receive_some(&random, fds[1], range.at + done, range.size - done);
        if (received == 0) break;
        if (received > 0) done += (size_t)received;
        else if (errno != EINTR && errno != EAGAIN) fail("receive to the end");
    }
    see_number(world, done);
    close(fds[1]);
}

static void see_failure(struct world *world, ssize_t result) { see_number(world, result < 0 ? (uint64_t)errno : 1000); }

/* Calls that fail must fail in the same way, and must not have taken anything from the stream. */
void op_errors(struct world *world)
{
    enum { SIZE = 32 * PAGE };
    unsigned char *nowhere = (unsigned char *)PAGE;
    unsigned char *constant = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ssize_t result;
    if (constant == MAP_FAILED) fail("mmap");
    see_failure(world, recv(-1, some_buffer(world)->at, SIZE, 0));
    see_failure(world, send(-1, some_buffer(world)->at, SIZE, 0));
    while ((result = recv(world->in, nowhere, SIZE, 0)) < 0 && errno == EINTR) {}
    see_failure(world, result);
    while ((result = recv(world->in, constant, SIZE, 0)) < 0 && errno == EINTR) {}
    see_failure(world, result);
    while ((result = read(world->in, constant, SIZE)) < 0 && errno == EINTR) {}
    see_failure(world, result);
    see_number(world, (uint64_t)recv(world->in, nowhere, 0, MSG_DONTWAIT) == 0);
    see(world, constant, SIZE);
    munmap(constant, SIZE);
    receive(world, some_range(world, some_buffer(world)));
}
