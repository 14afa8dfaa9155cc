/*
 * Memory that changes hands: what the program frees, unmaps, moves or drops is forgotten; what it keeps comes back
 * to its own pages first. An allocator inside libc unmaps without asking this library, therefore its freed memory is
 * also taken from userfaultfd; other allocators unmap through the functions below, and theirs stays registered for
 * the next receive.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* 0: not known yet, 1: the allocator is libc's own, 2: another one. */
static int allocator;

static int allocator_is_libc(void)
{
    if (allocator == 0) {
        Dl_info of_free, of_read;
        int same = dladdr((void *)NEXT(free), &of_free) == 0 || dladdr((void *)NEXT(read), &of_read) == 0 ||
                   of_free.dli_fbase == of_read.dli_fbase;
        allocator = same ? 1 : 2;
    }
    return allocator == 1;
}

static void release(void *start, size_t bytes)
{
    if (zio_knows(start, bytes))
        zio_change(ZIO_RELEASE, (uintptr_t)start, bytes, 0);
}

/* Back into the program's pages, and out of userfaultfd: for memory that stays but moves or changes its kind. */
static void settle(void *start, size_t bytes)
{
    if (zio_knows(start, bytes))
        zio_change(ZIO_SETTLE, (uintptr_t)start, bytes, 0);
}

static size_t usable(void *block)
{
    return zio_next.malloc_usable_size != NULL ? zio_next.malloc_usable_size(block) : 0;
}

/* Has this block a page that the engine knows? Small ones, nearly all, have no whole page. */
static inline size_t known_bytes(void *block)
{
    if (likely(!zio_minds()) || block == NULL)
        return 0;
    size_t bytes = usable(block);
    return unlikely(bytes >= ZIO_PAGE && zio_knows(block, bytes)) ? bytes : 0;
}

ZIO_EXPORT void free(void *block)
{
    size_t bytes = known_bytes(block);
    if (unlikely(bytes > 0)) {
        if (allocator_is_libc())
            zio_change(ZIO_RELEASE, (uintptr_t)block, bytes, 1);
        else if (zio_must_forget(block, bytes))
            zio_change(ZIO_RELEASE_KEEP, (uintptr_t)block, bytes, 1);
    }
    if (likely(zio_next.free != NULL) || (zio_resolve(), zio_next.free != NULL))
        zio_next.free(block);
}

/* A large block in the vault changes its size by a copy through the engine: an allocator's own would touch all of it. */
ZIO_EXPORT void *realloc(void *block, size_t bytes)
{
    size_t had = known_bytes(block);
    if (likely(had == 0))
        return NEXT(realloc)(block, bytes);
    if (bytes <= zio_options.threshold || !zio_tracks(block, had)) {
        zio_change(ZIO_SETTLE, (uintptr_t)block, had, 1);
        return NEXT(realloc)(block, bytes);
    }
    void *other = NEXT(malloc)(bytes);
    if (other == NULL)
        return NULL;
    memcpy(other, block, had < bytes ? had : bytes);
    free(block);
    return other;
}

ZIO_EXPORT int munmap(void *start, size_t bytes)
{
    if (unlikely(zio_minds()))
        release(start, bytes);
    return NEXT(munmap)(start, bytes);
}

ZIO_EXPORT void *mmap(void *start, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    if (unlikely(zio_minds() && (flags & MAP_FIXED) != 0))
        release(start, bytes);
    return NEXT(mmap)(start, bytes, protection, flags, fd, offset);
}

ZIO_EXPORT void *mmap64(void *start, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    return mmap(start, bytes, protection, flags, fd, offset);
}

ZIO_EXPORT void *mremap(void *start, size_t bytes, size_t wanted, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    void *target = (flags & MREMAP_FIXED) != 0 ? va_arg(rest, void *) : NULL;
    va_end(rest);
    if (unlikely(zio_minds())) {
        settle(start, bytes);
        if ((flags & MREMAP_FIXED) != 0)
            release(target, wanted);
    }
    return NEXT(mremap)(start, bytes, wanted, flags, target);
}

ZIO_EXPORT int madvise(void *start, size_t bytes, int advice)
{
    if (unlikely(zio_minds())) {
        if (advice == MADV_DONTNEED || advice == MADV_FREE || advice == MADV_REMOVE || advice == MADV_DONTNEED_LOCKED)
            release(start, bytes);
        else if (advice != MADV_NORMAL && advice != MADV_WILLNEED && advice != MADV_COLD && advice != MADV_PAGEOUT)
            settle(start, bytes);
    }
    return NEXT(madvise)(start, bytes, advice);
}

/* A receive into memory that was made read-only must fail as ever. */
ZIO_EXPORT int mprotect(void *start, size_t bytes, int protection)
{
    if (unlikely(zio_minds()))
        settle(start, bytes);
    return NEXT(mprotect)(start, bytes, protection);
}

/* Before a system call that was given as a number: the same care as for its function. */
void zio_memory_syscall(long number, const long *a)
{
    if (!zio_minds())
        return;
    if (number == SYS_munmap)
        release((void *)a[0], (size_t)a[1]);
    else if (number == SYS_mmap && (a[3] & MAP_FIXED) != 0)
        release((void *)a[0], (size_t)a[1]);
    else if (number == SYS_mremap) {
        settle((void *)a[0], (size_t)a[1]);
        if ((a[3] & MREMAP_FIXED) != 0)
            release((void *)a[4], (size_t)a[2]);
    } else if (number == SYS_madvise || number == SYS_mprotect)
        settle((void *)a[0], (size_t)a[1]);
}
