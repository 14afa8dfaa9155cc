/*
 * What the C# core asks of the kernel. Called with the lock held; nothing here touches the program's memory.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HUGE_PAGE (2ul << 20)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* linux/fs.h of 6.11; older headers lack it. */
struct mapping_query {
    uint64_t size, query_flags, query_addr;
    uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
    uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
    uint64_t vma_name_addr, build_id_addr;
};
#define MAPPING_QUERY _IOWR('f', 17, struct mapping_query)
#define MAPPING_READABLE 1
#define MAPPING_WRITABLE 2
#define MAPPING_SHARED 8

struct mapping { uintptr_t start, end; int plain; };

/* A line of /proc/self/maps: "start-end rwxp offset major:minor inode name". */
static const char *number_at(const char *at, int base, uint64_t *value)
{
    *value = 0;
    for (;; at++) {
        int digit = *at >= '0' && *at <= '9' ? *at - '0' : *at >= 'a' && *at <= 'f' ? *at - 'a' + 10 : 99;
        if (digit >= base)
            return at;
        *value = *value * (uint64_t)base + (uint64_t)digit;
    }
}

static int parse_mapping(const char *line, struct mapping *mapping)
{
    uint64_t start, end, skipped, inode;
    const char *at = number_at(line, 16, &start);
    at = number_at(at + 1, 16, &end);
    const char *protection = at + 1;
    at = number_at(protection + 5, 16, &skipped);
    at = number_at(at + 1, 16, &skipped);
    at = number_at(at + 1, 16, &skipped);
    number_at(at + 1, 10, &inode);
    mapping->start = start;
    mapping->end = end;
    mapping->plain = protection[0] == 'r' && protection[1] == 'w' && protection[3] == 'p' && inode == 0;
    return 1;
}

/* Kernels before 6.11: by reading the text. */
static int find_in_text(uintptr_t address, struct mapping *mapping)
{
    char text[4096 + 1];
    size_t have = 0;
    off_t offset = 0;
    for (;;) {
        long got = NEXT(syscall)(SYS_pread64, zio_maps, text + have, sizeof text - 1 - have, offset);
        if (got <= 0)
            return 0;
        offset += got;
        have += (size_t)got;
        text[have] = 0;
        char *line = text, *end;
        while ((end = memchr(line, '\n', have - (size_t)(line - text))) != NULL) {
            if (parse_mapping(line, mapping) && mapping->end > address)
                return mapping->start <= address;
            line = end + 1;
        }
        have -= (size_t)(line - text);
        if (have == sizeof text - 1)
            return 0;
        zio_next.memmove(text, line, have);
    }
}

static int find_mapping(uintptr_t address, struct mapping *mapping)
{
    struct mapping_query query = { .size = sizeof query, .query_addr = address };
    if (ioctl(zio_maps, MAPPING_QUERY, &query) != 0)
        return errno == ENOENT ? 0 : find_in_text(address, mapping);
    mapping->start = query.vma_start;
    mapping->end = query.vma_end;
    mapping->plain = query.inode == 0 && query.vma_page_size == ZIO_PAGE &&
                     (query.vma_flags & (MAPPING_READABLE | MAPPING_WRITABLE | MAPPING_SHARED)) == (MAPPING_READABLE | MAPPING_WRITABLE);
    return 1;
}

static int is_private_anonymous(uintptr_t start, uintptr_t end)
{
    while (start < end) {
        struct mapping mapping;
        if (!find_mapping(start, &mapping) || !mapping.plain)
            return 0;
        start = mapping.end;
    }
    return 1;
}

int zio_unregister(uintptr_t start, uint64_t bytes)
{
    struct uffdio_range range = { start, bytes };
    return ioctl(zio_uffd, UFFDIO_UNREGISTER, &range);
}

/* Empties pages that are registered. */
int zio_drop(uintptr_t start, uint64_t bytes) { return (int)NEXT(syscall)(SYS_madvise, start, bytes, MADV_DONTNEED); }

int64_t zio_mapping_limit(void)
{
    char text[24] = "";
    uint64_t limit = 0;
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (NEXT(syscall)(SYS_read, fd, text, sizeof text - 1) > 0)
            number_at(text, 10, &limit);
        NEXT(syscall)(SYS_close, fd);
    }
    return limit > 0 ? (int64_t)limit : 65530;
}

int zio_may_adopt(uintptr_t start, uint64_t bytes)
{
    return !zio_is_stack(start, start + bytes) && is_private_anonymous(start, start + bytes);
}

static int enlist(uintptr_t start, uint64_t bytes)
{
    uint64_t writes = zio_options.engine == ZIO_PUBLISHED ? UFFDIO_REGISTER_MODE_WP : 0;
    struct uffdio_register range = { .range = { start, bytes }, .mode = UFFDIO_REGISTER_MODE_MISSING | writes };
    return ioctl(zio_uffd, UFFDIO_REGISTER, &range);
}

int zio_enlist(uintptr_t start, uint64_t bytes) { return zio_may_adopt(start, bytes) ? enlist(start, bytes) : -1; }

static int set_protection(uintptr_t start, uint64_t bytes, uint64_t mode)
{
    struct uffdio_writeprotect range = { .range = { start, bytes }, .mode = mode };
    int result;
    while ((result = ioctl(zio_uffd, UFFDIO_WRITEPROTECT, &range)) != 0 && errno == EAGAIN) {}
    return result;
}

int zio_protect(uintptr_t start, uint64_t bytes) { return set_protection(start, bytes, UFFDIO_WRITEPROTECT_MODE_WP); }

void zio_unprotect(uintptr_t start, uint64_t bytes) { set_protection(start, bytes, 0); }

/*
 * Empties whole pages, whose content nobody wants any more, and has their next touch reported. 0 when it is done;
 * otherwise the pages are the program's as before. Registered first: no touch can slip in unreported.
 */
int zio_adopt(uintptr_t start, uint64_t bytes)
{
    if (!zio_may_adopt(start, bytes))
        return -1;
    /*
     * Registering splits a mapping. Its parts can be joined again (mremap insists on one) only if they have the same
     * anon_vma, and a mapping has one from its first page on.
     */
    NEXT(syscall)(SYS_madvise, start, ZIO_PAGE, MADV_POPULATE_WRITE);
    if (enlist(start, bytes) != 0)
        return -1;
    if (zio_drop(start, bytes) == 0)
        return 0;
    zio_unregister(start, bytes);
    return -1;
}

/* Fills empty pages, whole or not at all to every observer. Bytes placed; negative: error. */
static int64_t place(uintptr_t target, uintptr_t source, uint64_t bytes, uint64_t mode)
{
    uint64_t placed = 0;
    while (placed < bytes) {
        struct uffdio_copy copy = { .dst = target + placed, .src = source + placed, .len = bytes - placed, .mode = mode };
        if (ioctl(zio_uffd, UFFDIO_COPY, &copy) == 0)
            return (int64_t)bytes;
        if (copy.copy > 0)
            placed += (uint64_t)copy.copy;
        else if (errno != EAGAIN)
            return placed > 0 ? (int64_t)placed : -errno;
    }
    return (int64_t)placed;
}

int64_t zio_place(uintptr_t target, uintptr_t source, uint64_t bytes) { return place(target, source, bytes, 0); }

int64_t zio_place_protected(uintptr_t target, uintptr_t source, uint64_t bytes)
{
    return place(target, source, bytes, UFFDIO_COPY_MODE_WP);
}

void zio_zero(uintptr_t page)
{
    struct uffdio_zeropage zero = { .range = { page, ZIO_PAGE } };
    ioctl(zio_uffd, UFFDIO_ZEROPAGE, &zero);
}

/* Into pages that are not registered; one that is not there any more is no crash. */
int64_t zio_poke(uintptr_t target, uintptr_t source, uint64_t bytes)
{
    struct iovec from = { (void *)source, bytes }, to = { (void *)target, bytes };
    return NEXT(syscall)(SYS_process_vm_writev, getpid(), &from, 1, &to, 1, 0);
}

void zio_wake(uintptr_t page)
{
    struct uffdio_range range = { page, ZIO_PAGE };
    ioctl(zio_uffd, UFFDIO_WAKE, &range);
}

/* No forked child needs it. */
void *zio_map(uint64_t bytes)
{
    void *memory = NEXT(mmap)(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    NEXT(syscall)(SYS_madvise, memory, bytes, MADV_DONTFORK);
    return memory;
}

/*
 * The same, aligned to huge pages and made of them where the kernel has some: a receive and a send of a whole message
 * then miss the TLB once and not at every page.
 */
void *zio_map_huge(uint64_t bytes)
{
    uintptr_t start = (uintptr_t)zio_map(bytes + HUGE_PAGE);
    if (start == 0)
        return NULL;
    start = (start + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    NEXT(syscall)(SYS_madvise, start, bytes, MADV_HUGEPAGE);
    return (void *)start;
}

void zio_give_back(uintptr_t start, uint64_t bytes) { NEXT(syscall)(SYS_madvise, start, bytes, MADV_DONTNEED); }

void zio_move(void *target, const void *source, uint64_t bytes) { zio_next.memmove(target, source, bytes); }
