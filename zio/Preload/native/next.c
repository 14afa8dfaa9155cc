/*
 * Finds the definitions behind this library, reads the environment, and holds what is read on every call.
 */
#define _GNU_SOURCE
#include "zio.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct zio_options zio_options = { .mode = ZIO_ON, .engine = ZIO_VAULT, .threshold = 16384, .vault_max = 512ul << 20 };
ZIO_EXPORT struct zio_counters zio_counters;
size_t zio_copy_threshold = SIZE_MAX;

/* Copies made before the linker has bound this library: by hand, in the right direction. */
static void *early_move(void *target, const void *source, size_t bytes)
{
    unsigned char *t = target;
    const unsigned char *s = source;
    if (t <= s || t >= s + bytes)
        __asm__ volatile("rep movsb" : "+D"(t), "+S"(s), "+c"(bytes) : : "memory");
    else {
        while (bytes-- > 0) {
            t[bytes] = s[bytes];
            __asm__ volatile("" : : : "memory");
        }
    }
    return target;
}

/* memcpy's oldest version promises what memmove does, and in glibc both are one function: so is it here. */
struct zio_next zio_next = { .memmove = early_move };

#define FIND(name) zio_next.name = (__typeof__(zio_next.name))dlsym(RTLD_NEXT, #name)

void zio_resolve(void)
{
    FIND(free); FIND(malloc); FIND(realloc); FIND(malloc_usable_size);
    FIND(munmap); FIND(mmap); FIND(mremap); FIND(madvise); FIND(mprotect);
    FIND(close); FIND(dup2); FIND(dup3); FIND(closefrom); FIND(close_range);
    FIND(recv); FIND(recvfrom); FIND(recvmsg); FIND(read); FIND(readv);
    FIND(send); FIND(sendto); FIND(sendmsg); FIND(write); FIND(writev); FIND(pwrite); FIND(pwritev);
    FIND(_Fork); FIND(syscall);
    FIND(sigaction); FIND(signal); FIND(__sysv_signal); FIND(sigset); FIND(pthread_setcanceltype); FIND(pthread_create);
    void *(*found)(void *, const void *, size_t) = (__typeof__(found))dlsym(RTLD_NEXT, "memmove");
    if (found != NULL)
        zio_next.memmove = found;
}

/* Bytes: a number, with k, m or g behind it for powers of 1024. What is no such number leaves the default. */
static size_t bytes_of(const char *text, size_t otherwise)
{
    if (text == NULL || *text < '0' || *text > '9')
        return otherwise;
    char *end;
    size_t value = strtoull(text, &end, 10);
    switch (*end | 0x20) {
    case 'k': return value << 10;
    case 'm': return value << 20;
    case 'g': return value << 30;
    default: return *end == 0 ? value : otherwise;
    }
}

void zio_statistics_begin(void);

__attribute__((constructor)) static void begin(void)
{
    zio_resolve();
    const char *mode = getenv("ZIO_MODE"), *backoff = getenv("ZIO_BACKOFF"), *stats = getenv("ZIO_STATS"), *engine = getenv("ZIO_ENGINE");
    if (mode != NULL)
        zio_options.mode = strcmp(mode, "off") == 0 ? ZIO_OFF : strcmp(mode, "count") == 0 ? ZIO_COUNT : ZIO_ON;
    zio_options.engine = engine != NULL && strcmp(engine, "published") == 0 ? ZIO_PUBLISHED : ZIO_VAULT;
    zio_options.always_elide = backoff != NULL && strcmp(backoff, "off") == 0;
    zio_options.linger = (long)bytes_of(getenv("ZIO_LINGER"), 0);
    zio_options.stats = stats != NULL && strcmp(stats, "1") == 0;
    zio_options.threshold = bytes_of(getenv("ZIO_THRESHOLD"), zio_options.threshold);
    zio_options.vault_max = bytes_of(getenv("ZIO_VAULT_MAX"), zio_options.vault_max);
    if (zio_options.mode == ZIO_COUNT)
        zio_copy_threshold = zio_options.threshold;
    if (zio_options.stats)
        zio_statistics_begin();
}
