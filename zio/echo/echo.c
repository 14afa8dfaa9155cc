/*
 * The echo server of the zIO paper: receives a message of a fixed size, copies it a number of times from buffer to
 * buffer as layered programs do, touches a number of its pages, sends it back. It knows nothing of libzio: built with
 * gcc -O2, it is the unmodified program whose copies libzio is measured on.
 *
 *   echo SIZE COPIES TOUCHES copy|bound
 *
 * SIZE is in bytes. Every connection has COPIES + 1 page-aligned buffers of its own, so that many connections together
 * leave the cache, as they would in a server with work to do. "bound" is what a programmer could do at best: no copy at
 * all, and the buffer that was used last is used next, whichever connection it serves. COPIES is ignored then.
 *
 * A touch adds one to one byte of a page (byte TOUCH_AT, of pages evenly spread), so that the client can see that it
 * happened, once, and to the right bytes.
 *
 * One thread, epoll, level-triggered. Prints "port N" when it listens on 127.0.0.1; ends when its standard input does,
 * so that it never outlives who started it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, TOUCH_AT = 128, EVENTS_MAX = 64 };

struct connection {
    int fd;
    int awaits_space;       /* EPOLLOUT is awaited; nothing is received meanwhile */
    size_t received, sent;  /* bytes of the current message */
    unsigned char **stages; /* COPIES + 1 buffers; under "bound" one, borrowed for a message */
};

static size_t size;
static int copies, touches, is_bound;
static int epoll_fd, listen_fd;

/* Free buffers of "bound", last in, first out. */
static unsigned char **pool;
static size_t pool_count, pool_room;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void *must(void *memory)
{
    if (memory == NULL) fail("out of memory");
    return memory;
}

static unsigned char *new_buffer(void)
{
    void *buffer = NULL;
    if (posix_memalign(&buffer, PAGE_BYTES, size) != 0) fail("posix_memalign");
    return buffer;
}

static unsigned char *borrow(void)
{
    return pool_count > 0 ? pool[--pool_count] : new_buffer();
}

static void give_back(unsigned char *buffer)
{
    if (pool_count == pool_room) {
        pool_room = pool_room * 2 + 16;
        pool = must(realloc(pool, pool_room * sizeof *pool));
    }
    pool[pool_count++] = buffer;
}

static void await(struct connection *connection, unsigned events)
{
    struct epoll_event change = { .events = events, .data.ptr = connection };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &change) < 0) fail("epoll_ctl");
    connection->awaits_space = events == EPOLLOUT;
}

static void close_connection(struct connection *connection)
{
    close(connection->fd);
    for (int i = 0; i <= copies; i++)
        if (connection->stages[i] != NULL) {
            if (is_bound) give_back(connection->stages[i]);
            else free(connection->stages[i]);
        }
    free(connection->stages);
    free(connection);
}

static void accept_connection(void)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
    if (fd < 0) {
        if (errno == EINTR || errno == EAGAIN || errno == ECONNABORTED) return;
        fail("accept4");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *connection = must(calloc(1, sizeof *connection));
    connection->fd = fd;
    connection->stages = must(calloc(copies + 1, sizeof *connection->stages));
    for (int i = 0; i <= copies && !is_bound; i++) connection->stages[i] = new_buffer();
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

/* What a program does with a message: hands it from layer to layer, looks at a little of it. */
static void work_on(struct connection *connection)
{
    for (int i = 0; i < copies; i++) memcpy(connection->stages[i + 1], connection->stages[i], size);
    size_t pages = size / PAGE_BYTES, count = (size_t)touches < pages ? (size_t)touches : pages;
    for (size_t i = 0; i < count; i++) connection->stages[copies][i * pages / count * PAGE_BYTES + TOUCH_AT]++;
}

/* Returns 0 if the connection is over. */
static int send_answer(struct connection *connection)
{
    while (connection->sent < size) {
        ssize_t sent = send(connection->fd, connection->stages[copies] + connection->sent, size - connection->sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            if (!connection->awaits_space) await(connection, EPOLLOUT);
            return 1;
        }
        if (sent < 0) return 0;
        connection->sent += (size_t)sent;
    }
    connection->received = connection->sent = 0;
    if (is_bound) {
        give_back(connection->stages[0]);
        connection->stages[0] = NULL;
    }
    if (connection->awaits_space) await(connection, EPOLLIN);
    return 1;
}

/* Returns 0 if the connection is over. */
static int receive(struct connection *connection)
{
    if (connection->stages[0] == NULL) connection->stages[0] = borrow();
    ssize_t received = recv(connection->fd, connection->stages[0] + connection->received, size - connection->received, 0);
    if (received < 0) return errno == EINTR || errno == EAGAIN;
    if (received == 0) return 0;
    connection->received += (size_t)received;
    if (connection->received < size) return 1;
    work_on(connection);
    return send_answer(connection);
}

static void listen_on_loopback(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listen_fd < 0 || bind(listen_fd, (struct sockaddr *)&address, length) < 0 || listen(listen_fd, 1024) < 0
        || getsockname(listen_fd, (struct sockaddr *)&address, &length) < 0)
        fail("listen");
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    size = argc == 5 ? strtoul(argv[1], NULL, 10) : 0;
    if (size == 0 || size % PAGE_BYTES != 0) {
        fprintf(stderr, "usage: echo SIZE COPIES TOUCHES copy|bound (SIZE in bytes, whole pages)\n");
        return 2;
    }
    is_bound = strcmp(argv[4], "bound") == 0;
    copies = is_bound ? 0 : atoi(argv[2]);
    touches = atoi(argv[3]);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    listen_on_loopback();
    static char input; /* its address stands for standard input among the events */
    struct epoll_event on_input = { .events = EPOLLIN, .data.ptr = &input }, on_listen = { .events = EPOLLIN, .data.ptr = &listen_fd };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &on_input) < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &on_listen) < 0)
        fail("epoll_ctl");
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int ready = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            void *subject = events[i].data.ptr;
            if (subject == &input) return 0;
            if (subject == &listen_fd) {
                accept_connection();
                continue;
            }
            struct connection *connection = subject;
            if (!(connection->awaits_space ? send_answer(connection) : receive(connection))) close_connection(connection);
        }
    }
}
