/*
 * The other ends: a process that feeds a stream drawn from the seed, in bursts, and one that takes what is sent, slowly,
 * and says its checksum at the end. Both move less than any threshold at a time, so that their word does not depend on
 * the library that they may run under.
 */
#define _GNU_SOURCE
#include "world.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS_PER_BURST = 96, PAUSE_US = 150 };

static void make_tcp_pair(int fds[2])
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fds[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || fds[0] < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 1) < 0
        || getsockname(listener, (struct sockaddr *)&address, &length) < 0 || connect(fds[0], (struct sockaddr *)&address, length) < 0)
        fail("loopback");
    fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fds[1] < 0) fail("accept4");
    for (int i = 0; i < 2; i++) setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    close(listener);
}

void make_pair(int fds[2], int is_tcp)
{
    if (!is_tcp) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) fail("socketpair");
        return;
    }
    /* An interrupted connect goes on by itself; that is not what is tortured here. */
    sigset_t ticks, before;
    sigemptyset(&ticks);
    sigaddset(&ticks, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &ticks, &before);
    make_tcp_pair(fds);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static _Noreturn void feed(struct world *world, int fd)
{
    uint64_t random = draw(world) ^ 0xFEED;
    for (int block = 0;; block++) {
        uint64_t words[SCRATCH_BYTES / 8];
        for (size_t i = 0; i < SCRATCH_BYTES / 8; i++) words[i] = draw_from(&random);
        for (size_t done = 0; done < sizeof words;) {
            ssize_t sent = write(fd, (char *)words + done, sizeof words - done);
            if (sent <= 0) _exit(0);
            done += (size_t)sent;
        }
        if (block % BLOCKS_PER_BURST == 0) usleep(PAUSE_US);
    }
}

static _Noreturn void drain(int fd, int result)
{
    uint64_t sum[2] = { 0xCBF29CE484222325u, 0 };
    for (int block = 0;; block++) {
        unsigned char bytes[SCRATCH_BYTES];
        ssize_t received = read(fd, bytes, sizeof bytes);
        if (received < 0) _exit(4);
        if (received == 0) break;
        for (ssize_t i = 0; i < received; i++) sum[0] = (sum[0] ^ bytes[i]) * 0x100000001B3u;
        sum[1] += (uint64_t)received;
        if (block % BLOCKS_PER_BURST == 0) usleep(PAUSE_US);
    }
    _exit(write(result, sum, sizeof sum) == sizeof sum ? 0 : 4);
}

static pid_t fork_helper(void)
{
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

void open_streams(struct world *world, int is_tcp)
{
    int in[2], out[2], result[2];
    make_pair(in, is_tcp);
    make_pair(out, is_tcp);
    if (pipe2(result, O_CLOEXEC) < 0) fail("pipe2");
    world->feeder = fork_helper();
    if (world->feeder == 0) {
        close(in[1]);
        feed(world, in[0]);
    }
    world->sink = fork_helper();
    if (world->sink == 0) {
        close(out[1]);
        drain(out[0], result[1]);
    }
    close(in[0]);
    close(out[0]);
    close(result[1]);
    world->in = in[1];
    world->out = out[1];
    world->sink_result = result[0];
    (void)draw(world); /* which the feeder began with */
}

void close_streams(struct world *world)
{
    uint64_t sum[2];
    ssize_t size;
    int status;
    /* Other helpers may hold the same sockets: shutting down is for all of them. */
    shutdown(world->out, SHUT_WR);
    while ((size = read(world->sink_result, sum, sizeof sum)) < 0 && errno == EINTR) {}
    if (size != sizeof sum) fail("the sink said nothing");
    see(world, sum, sizeof sum);
    kill(world->feeder, SIGKILL);
    while (waitpid(world->feeder, &status, 0) < 0 && errno == EINTR) {}
    while (waitpid(world->sink, &status, 0) < 0 && errno == EINTR) {}
    see_number(world, (uint64_t)status);
    close(world->in);
    close(world->out);
}
