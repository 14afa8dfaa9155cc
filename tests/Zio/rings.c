/*
 * rings MESSAGES: receives messages, copies them, and has io_uring send the copies and receive into others, while the same thread
 * goes on copying. io_uring carries on with a request in the thread that made it, whenever the sockets have something for it: then
 * the kernel touches the program's memory at any instruction of that thread's. Prints whether every byte was as it must be.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, SIZE = 64 * PAGE, WORD = 8, BUFFERS = 4 };

struct ring { int fd; unsigned *tail, *head, *done, mask; struct io_uring_cqe *results; struct io_uring_sqe *requests; };

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "rings: %s: %s\n", what, strerror(errno));
    _exit(3);
}

/* Word by word: the number of the message, of the stream, and of the word. */
static uint64_t word_of(uint64_t stream, uint64_t message, size_t at) { return (stream << 60 | message << 32 | at) * 0x9E3779B97F4A7C15u; }

static void write_message(unsigned char *bytes, uint64_t stream, uint64_t message)
{
    for (size_t at = 0; at < SIZE / WORD; at++) {
        uint64_t word = word_of(stream, message, at);
        for (int i = 0; i < WORD; i++) bytes[at * WORD + i] = (unsigned char)(word >> 8 * i);
    }
}

static void check_message(const unsigned char *bytes, uint64_t stream, uint64_t message, const char *what)
{
    for (size_t at = 0; at < SIZE / WORD; at++) {
        uint64_t word = word_of(stream, message, at);
        for (int i = 0; i < WORD; i++)
            if (bytes[at * WORD + i] != (unsigned char)(word >> 8 * i)) {
                printf("%s: message %lu of stream %lu differs at %zu\n", what, message, stream, at * WORD + i);
                fflush(stdout);
                _exit(4);
            }
    }
}

static void move_all(int fd, unsigned char *bytes, size_t size, int writes)
{
    for (size_t moved = 0; moved < size;) {
        ssize_t step = writes ? write(fd, bytes + moved, size - moved) : read(fd, bytes + moved, size - moved);
        if (step < 0 && errno == EINTR) continue;
        if (step <= 0) fail(writes ? "write" : "read");
        moved += (size_t)step;
    }
}

/* Sends its messages; each when it is asked to, or as soon as there is room. */
static pid_t feed(int fd, uint64_t stream, uint64_t messages, int when_asked)
{
    static unsigned char bytes[SIZE], ask[1];
    pid_t child = fork();
    if (child != 0) return child;
    for (uint64_t n = 0; n < messages; n++) {
        write_message(bytes, stream, n);
        if (when_asked) move_all(fd, ask, sizeof ask, 0);
        move_all(fd, bytes, SIZE, 1);
    }
    _exit(0);
}

static pid_t drain(int fd, uint64_t messages)
{
    static unsigned char bytes[SIZE];
    pid_t child = fork();
    if (child != 0) return child;
    for (uint64_t n = 0; n < messages; n++) {
        for (size_t at = 0; at < SIZE; at += PAGE) move_all(fd, bytes + at, PAGE, 0);
        check_message(bytes, 0, n, "sent");
    }
    _exit(0);
}

static int open_ring(struct ring *ring)
{
    struct io_uring_params params = { 0 };
    ring->fd = (int)syscall(SYS_io_uring_setup, 4, &params);
    if (ring->fd < 0 || !(params.features & IORING_FEAT_SINGLE_MMAP)) return 0;
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), other = params.sq_off.array + params.sq_entries * sizeof(unsigned);
    unsigned char *rings = mmap(NULL, size > other ? size : other, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
    ring->requests = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQES);
    if (rings == MAP_FAILED || ring->requests == MAP_FAILED) fail("mmap of io_uring");
    for (unsigned i = 0; i < params.sq_entries; i++) ((unsigned *)(rings + params.sq_off.array))[i] = i;
    ring->tail = (unsigned *)(rings + params.sq_off.tail);
    ring->head = (unsigned *)(rings + params.cq_off.head);
    ring->done = (unsigned *)(rings + params.cq_off.tail);
    ring->mask = *(unsigned *)(rings + params.cq_off.ring_mask);
    ring->results = (struct io_uring_cqe *)(rings + params.cq_off.cqes);
    return 1;
}

static void submit(struct ring *ring, int code, int fd, void *bytes)
{
    struct io_uring_sqe request = { .opcode = (uint8_t)code, .fd = fd, .addr = (uint64_t)(uintptr_t)bytes, .len = SIZE, .msg_flags = MSG_WAITALL };
    ring->requests[*ring->tail & 3] = request;
    __atomic_store_n(ring->tail, *ring->tail + 1, __ATOMIC_RELEASE);
    while (syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) != 1)
        if (errno != EINTR) fail("io_uring_enter");
}

/* How many requests are done. */
static int take_results(struct ring *ring)
{
    int taken = 0;
    while (__atomic_load_n(ring->done, __ATOMIC_ACQUIRE) != *ring->head) {
        errno = -ring->results[*ring->head & ring->mask].res;
        if (ring->results[*ring->head & ring->mask].res != SIZE) fail("a request of io_uring's");
        __atomic_store_n(ring->head, *ring->head + 1, __ATOMIC_RELEASE);
        taken++;
    }
    return taken;
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    uint64_t messages = strtoul(argv[1], NULL, 10);
    int in[2], landing[2], out[2];
    struct ring ring;
    unsigned char *buffers[BUFFERS];
    if (!open_ring(&ring)) {
        printf("no io_uring\n");
        return 0;
    }
    for (int i = 0; i < BUFFERS; i++) buffers[i] = aligned_alloc(PAGE, SIZE);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, in) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, landing) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, out) < 0)
        fail("socketpair");
    /* Little at a time: most of a request is done while the thread is at something else. */
    int room = 8 * PAGE;
    if (setsockopt(out[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) < 0 || setsockopt(landing[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room) < 0)
        fail("setsockopt");
    pid_t children[] = { feed(in[1], 0, messages, 0), feed(landing[1], 1, messages, 1), drain(out[1], messages) };
    for (uint64_t n = 0; n < messages; n++) {
        for (size_t got = 0; got < SIZE;) {
            ssize_t step = recv(in[0], buffers[0] + got, SIZE - got, MSG_WAITALL);
            if (step <= 0 && errno != EINTR) fail("recv");
            if (step > 0) got += (size_t)step;
        }
        memcpy(buffers[1], buffers[0], SIZE);
        memcpy(buffers[2], buffers[1], SIZE);
        submit(&ring, IORING_OP_SEND, out[0], buffers[1]);
        submit(&ring, IORING_OP_RECV, landing[0], buffers[2]);
        /* Now there is nothing to receive: the request's first byte comes while the thread is at what follows. */
        move_all(landing[0], (unsigned char[]){ 1 }, 1, 1);
        for (int done = 0; done < 2; done += take_results(&ring)) memcpy(buffers[3], buffers[0], SIZE);
        check_message(buffers[2], 1, n, "landed");
        if (n % 8 == 0) check_message(buffers[3], 0, n, "copied");
    }
    int status = 0, bad = 0;
    for (int i = 0; i < 3; i++) bad |= waitpid(children[i], &status, 0) < 0 || status != 0;
    printf(bad ? "a child found something wrong\n" : "%lu messages as they must be\n", messages);
    return bad;
}
