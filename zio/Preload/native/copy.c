/*
 * The copies: memcpy, memmove, mempcpy and their checked forms. Below the threshold a copy costs one compare and a
 * jump. At or above it, it is elided when its source is tracked, and done well when its target is.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>

__attribute__((noinline)) static void large_copy(void *target, const void *source, size_t bytes)
{
    if (zio_options.mode == ZIO_ON && (zio_tracks(source, bytes) || zio_tracks(target, bytes))) {
        int error = errno;
        zio_note_stack();
        int done = core_copy(target, source, bytes);
        errno = error;
        if (done)
            return;
    }
    zio_count(&zio_counters.copies_done, 1);
    zio_count(&zio_counters.bytes_copied, bytes);
    zio_next.memmove(target, source, bytes);
}

ZIO_EXPORT void *memcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    if (likely(bytes < zio_copy_threshold))
        return zio_next.memmove(target, source, bytes);
    large_copy(target, source, bytes);
    return target;
}

ZIO_EXPORT void *memmove(void *target, const void *source, size_t bytes)
{
    if (likely(bytes < zio_copy_threshold))
        return zio_next.memmove(target, source, bytes);
    large_copy(target, source, bytes);
    return target;
}

ZIO_EXPORT void *mempcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    return (char *)memcpy(target, source, bytes) + bytes;
}

ZIO_EXPORT void *__mempcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    return (char *)memcpy(target, source, bytes) + bytes;
}

void __chk_fail(void) __attribute__((noreturn));

ZIO_EXPORT void *__memcpy_chk(void *restrict target, const void *restrict source, size_t bytes, size_t room)
{
    if (unlikely(room < bytes))
        __chk_fail();
    return memcpy(target, source, bytes);
}

ZIO_EXPORT void *__memmove_chk(void *target, const void *source, size_t bytes, size_t room)
{
    if (unlikely(room < bytes))
        __chk_fail();
    return memmove(target, source, bytes);
}

ZIO_EXPORT void *__mempcpy_chk(void *restrict target, const void *restrict source, size_t bytes, size_t room)
{
    if (unlikely(room < bytes))
        __chk_fail();
    return (char *)memcpy(target, source, bytes) + bytes;
}
