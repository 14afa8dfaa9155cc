/*
 * The copies: memcpy, memmove, mempcpy and their checked forms. Up to the threshold a copy costs one compare and a
 * jump. Above it, it is elided when its source is tracked, and done well when its target is.
 */
#define _GNU_SOURCE
#include "engine.h"

static int copy_by_engine(void *target, const void *source, size_t bytes)
{
    struct zio_copy copy;
    copy.target = (uintptr_t)target;
    copy.source = (uintptr_t)source;
    copy.bytes = bytes;
    copy.count = copy.pinned = 0;
    zio_note_stack();
    zio_enter();
    int done = core_copy_begin(&copy);
    zio_leave();
    if (!done)
        return 0;
    for (uint64_t i = 0; i < copy.count; i++)
        zio_next.memmove((void *)copy.slices[i].target, (void *)copy.slices[i].source, copy.slices[i].bytes);
    if (copy.pinned) {
        zio_enter();
        core_copy_end(&copy);
        zio_leave();
    }
    return 1;
}

__attribute__((noinline)) static void large_copy(void *target, const void *source, size_t bytes)
{
    if ((zio_tracks(source, bytes) || zio_faults(target, bytes)) && copy_by_engine(target, source, bytes))
        return;
    zio_count(&zio_counters.copies_done, 1);
    zio_count(&zio_counters.bytes_copied, bytes);
    zio_next.memmove(target, source, bytes);
}

ZIO_EXPORT void *memcpy(void *restrict target, const void *restrict source, size_t bytes)
{
    if (likely(bytes <= zio_copy_threshold))
        return zio_next.memmove(target, source, bytes);
    large_copy(target, source, bytes);
    return target;
}

ZIO_EXPORT void *memmove(void *target, const void *source, size_t bytes)
{
    if (likely(bytes <= zio_copy_threshold))
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
