/*
 * scatter BUFFERS MAPPINGS: receives two pages each into that many places that do not adjoin, and then makes that many
 * mappings of its own. Prints a checksum of all it received, and whether the mappings were to be had: a process may have
 * only so many, and a library that divides the program's for its own ends must leave it enough.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, SIZE = 2 * PAGE, STRIDE = 4 * PAGE };

static _Noreturn void feed(int fd, size_t count)
{
    unsigned char bytes[SIZE];
    uint32_t random = 1;
    for (size_t n = 0; n < count; n++) {
        for (size_t i = 0; i < SIZE; i += 64) bytes[i] = (unsigned char)((random = random * 1664525 + 1013904223) >> 24);
        for (size_t sent = 0; sent < SIZE;) {
            ssize_t moved = write(fd, bytes + sent, SIZE - sent);
            if (moved <= 0) _exit(1);
            sent += (size_t)moved;
        }
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    size_t count = strtoul(argv[1], NULL, 10), mappings = strtoul(argv[2], NULL, 10), made = 0;
    int fds[2];
    unsigned char *places = mmap(NULL, count * STRIDE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (places == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0) return 3;
    pid_t feeder = fork();
    if (feeder == 0) feed(fds[0], count);
    close(fds[0]);
    for (size_t n = 0; n < count; n++)
        for (size_t done = 0; done < SIZE;) {
            ssize_t moved = recv(fds[1], places + n * STRIDE + done, SIZE - done, MSG_WAITALL);
            if (moved == 0 || (moved < 0 && errno != EINTR)) return 4;
            if (moved > 0) done += (size_t)moved;
        }
    /* Neighbours of different protection are mappings of their own. */
    while (made < mappings && mmap(NULL, PAGE, made % 2 == 0 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED) made++;
    uint64_t sum = 0;
    for (size_t n = 0; n < count; n++)
        for (size_t i = 0; i < SIZE; i += 64) sum = (sum ^ places[n * STRIDE + i]) * 0x100000001B3u;
    printf("%016lx %zu mappings\n", sum, made);
    waitpid(feeder, NULL, 0);
    return 0;
}
