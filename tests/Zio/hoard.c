/*
 * hoard BUFFERS BYTES: receives that many buffers of that size, touches none, and keeps them all, also through a receive
 * into each that gets nothing; then prints a checksum of each, frees them, and raises SIGUSR2, so that a library may say
 * what it still holds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void feed(int fd, size_t total)
{
    unsigned char bytes[2048];
    uint32_t random = 1;
    for (size_t done = 0; done < total; done += sizeof bytes) {
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)((random = random * 1664525 + 1013904223) >> 24);
        for (size_t sent = 0; sent < sizeof bytes;) {
            ssize_t moved = write(fd, bytes + sent, sizeof bytes - sent);
            if (moved <= 0) _exit(1);
            sent += (size_t)moved;
        }
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    size_t count = strtoul(argv[1], NULL, 10), size = strtoul(argv[2], NULL, 10);
    unsigned char **buffers = calloc(count, sizeof *buffers);
    int fds[2];
    if (buffers == NULL || size % 4096 != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) return 2;
    pid_t feeder = fork();
    if (feeder == 0) feed(fds[0], count * size);
    close(fds[0]);
    for (size_t i = 0; i < count; i++) {
        void *memory = NULL;
        if (posix_memalign(&memory, 4096, size) != 0) return 3;
        buffers[i] = memory;
        for (size_t done = 0; done < size;) {
            ssize_t moved = recv(fds[1], buffers[i] + done, size - done, MSG_WAITALL);
            if (moved == 0 || (moved < 0 && errno != EINTR)) return 4;
            if (moved > 0) done += (size_t)moved;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (recv(fds[1], buffers[i], size, MSG_DONTWAIT) > 0) return 5;
    for (size_t i = 0; i < count; i++) {
        uint64_t sum = i;
        for (size_t at = 0; at < size; at++) sum = (sum ^ buffers[i][at]) * 0x100000001B3u;
        printf("%016lx\n", sum);
        free(buffers[i]);
    }
    fflush(stdout);
    waitpid(feeder, NULL, 0);
    struct sigaction action;
    if (sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_handler == SIG_DFL) signal(SIGUSR2, SIG_IGN);
    return raise(SIGUSR2);
}
