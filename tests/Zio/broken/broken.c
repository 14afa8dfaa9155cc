/*
 * Libraries that are wrong in one way each, as libzio must never be: the torture program has to find every one of them
 * out, or it proves nothing. DEFECT chooses the way:
 *
 *   1  a large copy leaves out one page
 *   2  a receive changes bytes beyond those that it returned
 *   3  what is sent is what the memory holds later, when the buffer was written again
 *   4  a forked child finds a page of zeros
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum { PAGE = 4096, LARGE = 64 * 1024 };

#if DEFECT == 1
/* Byte by byte, so that the compiler does not turn it into the call that it is. */
void *memcpy(void *restrict target, const void *restrict source, size_t size)
{
    volatile unsigned char *to = target;
    const unsigned char *from = source;
    for (size_t i = 0; i < size; i++)
        if (size < LARGE || i / PAGE != 3) to[i] = from[i];
    return target;
}
#elif DEFECT == 2
ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
    ssize_t received = recvfrom(fd, buffer, size, flags, NULL, NULL);
    if (received > 0 && (size_t)received < size && size >= LARGE) ((char *)buffer)[received] ^= 1;
    return received;
}
#elif DEFECT == 3
ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
    static __thread unsigned char stale[PAGE];
    ssize_t sent;
    if (size < LARGE) return sendto(fd, buffer, size, flags, NULL, 0);
    sent = sendto(fd, stale, PAGE, flags, NULL, 0);
    if (sent > 0) memcpy(stale, buffer, PAGE);
    return sent;
}
#elif DEFECT == 4
static void *last;

ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
    ssize_t received = recvfrom(fd, buffer, size, flags, NULL, NULL);
    if (received >= LARGE) last = buffer;
    return received;
}

pid_t fork(void)
{
    pid_t (*real)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
    pid_t child = real();
    if (child == 0 && last != NULL) {
        char zeros[PAGE] = { 0 };
        /* By the kernel's hand: the buffer may have been freed since. */
        int ends[2];
        if (pipe(ends) == 0 && write(ends[1], zeros, PAGE) == PAGE) (void)!read(ends[0], last, PAGE);
        close(ends[0]);
        close(ends[1]);
    }
    return child;
}
#endif
