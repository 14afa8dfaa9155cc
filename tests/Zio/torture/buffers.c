/* The lives of buffers: made, grown, moved, given back, mapped over. Every byte is defined before it is looked at. */
#define _GNU_SOURCE
#include "world.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

enum { STACK_BYTES = 160 * 1024, MALLOC_HEAD_BYTES = 16 };

struct buffer *some_buffer(struct world *world) { return &world->buffers[below(world, BUFFERS)]; }

size_t phase_of(const struct buffer *buffer, const unsigned char *at)
{
    return ((size_t)(at - buffer->at) + (buffer->kind == FROM_MALLOC ? MALLOC_HEAD_BYTES : 0)) % PAGE;
}

/* Mostly large, often whole pages, sometimes anything. */
struct range some_range(struct world *world, const struct buffer *buffer)
{
    size_t way = below(world, 10), from = below(world, buffer->size), size;
    size_t phase = phase_of(buffer, buffer->at + from);
    if (way < 3) from = 0;
    else if (way < 8 && phase <= from) from -= phase;
    size = 1 + below(world, buffer->size - from);
    if (way < 5 && size > PAGE) size -= size % PAGE;
    if (one_in(world, 4)) size = buffer->size - from;
    return (struct range){ buffer->at + from, size };
}

/* Whole pages within a buffer; of size 0 if it is malloc's, where pages begin anywhere. */
struct range some_pages(struct world *world, const struct buffer *buffer)
{
    if (buffer->kind == FROM_MALLOC) return (struct range){ buffer->at, 0 };
    size_t pages = buffer->size / PAGE, first = below(world, pages), count = 1 + below(world, pages - first);
    return (struct range){ buffer->at + first * PAGE, count * PAGE };
}

static void allocate(struct buffer *buffer)
{
    void *memory = NULL;
    switch (buffer->kind) {
    case FROM_MALLOC:
        memory = malloc(buffer->size);
        break;
    case FROM_ALIGNED:
        if (posix_memalign(&memory, PAGE, buffer->size) != 0) memory = NULL;
        break;
    case FROM_SHARED:
        buffer->file = memfd_create("shared", MFD_CLOEXEC);
        if (buffer->file < 0 || ftruncate(buffer->file, (off_t)buffer->size) < 0) fail("memfd_create");
        memory = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, buffer->file, 0);
        break;
    default:
        memory = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        break;
    }
    if (memory == NULL || memory == MAP_FAILED) fail("allocate");
    buffer->at = memory;
}

static void release(struct buffer *buffer)
{
    if (buffer->kind == FROM_MALLOC || buffer->kind == FROM_ALIGNED) free(buffer->at);
    else if (munmap(buffer->at, buffer->size) < 0) fail("munmap");
    if (buffer->kind == FROM_SHARED) close(buffer->file);
}

/* Defines bytes that nobody has written yet. */
static void define(struct world *world, struct range range)
{
    if (one_in(world, 2)) receive(world, range);
    else memset(range.at, (int)below(world, 256), range.size);
}

void new_buffer(struct world *world, struct buffer *buffer)
{
    static const enum kind kinds[] = { FROM_MALLOC, FROM_MALLOC, FROM_ALIGNED, FROM_ALIGNED, FROM_ALIGNED, FROM_MMAP, FROM_MMAP, FROM_SHARED };
    buffer->kind = kinds[below(world, sizeof kinds / sizeof kinds[0])];
    buffer->size = PAGE * (1 + below(world, BUFFER_BYTES_MAX / PAGE));
    if (one_in(world, 3)) buffer->size = PAGE * (1 + below(world, 24));
    if (buffer->kind == FROM_MALLOC) buffer->size -= below(world, PAGE - 1);
    buffer->is_pieced = 0;
    allocate(buffer);
    /* Fresh mappings are zero, which a library that leaves pages out must not forget. */
    if (buffer->kind < FROM_MMAP || one_in(world, 3)) define(world, (struct range){ buffer->at, buffer->size });
}

void op_replace(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    if (buffer->kind == FROM_STATIC) return;
    release(buffer);
    new_buffer(world, buffer);
}

void op_realloc(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    if (buffer->kind != FROM_MALLOC) return;
    size_t size = 1 + below(world, BUFFER_BYTES_MAX), old = buffer->size;
    buffer->at = realloc(buffer->at, size);
    if (buffer->at == NULL) fail("realloc");
    buffer->size = size;
    if (size > old) define(world, (struct range){ buffer->at + old, size - old });
}

void op_remap(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    if (buffer->kind != FROM_MMAP || buffer->is_pieced) return;
    size_t size = PAGE * (1 + below(world, BUFFER_BYTES_MAX / PAGE));
    void *memory;
    if (one_in(world, 2)) {
        void *target = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memory = mremap(buffer->at, buffer->size, size, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    } else {
        memory = mremap(buffer->at, buffer->size, size, MREMAP_MAYMOVE);
    }
    if (memory == MAP_FAILED) fail("mremap");
    buffer->at = memory;
    buffer->size = size;
}

void op_map_over(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    if (buffer->kind != FROM_MMAP) return;
    struct range pages = some_pages(world, buffer);
    buffer->is_pieced = 1;
    if (mmap(pages.at, pages.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) fail("mmap over");
}

void op_advise(struct world *world)
{
    static const int advice[] = { MADV_DONTNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_WILLNEED, MADV_NOHUGEPAGE, MADV_POPULATE_READ, MADV_POPULATE_WRITE };
    struct buffer *buffer = some_buffer(world);
    struct range pages = some_pages(world, buffer);
    int way = advice[below(world, sizeof advice / sizeof advice[0])], is_locked = one_in(world, 6);
    if (pages.size == 0) return;
    if (is_locked || way == MADV_NOHUGEPAGE) buffer->is_pieced = 1;
    if (is_locked) (void)mlock(pages.at, pages.size < 16 * PAGE ? pages.size : 16 * PAGE);
    if (is_locked) (void)munlock(pages.at, pages.size < 16 * PAGE ? pages.size : 16 * PAGE);
    (void)madvise(pages.at, pages.size, way);
    see(world, pages.at, PAGE);
}

void op_protect(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    struct range pages = some_pages(world, buffer);
    if (pages.size == 0) return;
    buffer->is_pieced = 1;
    /* A handler may be reading what is static. */
    int protection = one_in(world, 2) || buffer->kind == FROM_STATIC ? PROT_READ : PROT_NONE;
    if (mprotect(pages.at, pages.size, protection) < 0) fail("mprotect");
    if (protection == PROT_READ) {
        see(world, pages.at, pages.size);
        send_range(world, pages);
    }
    if (mprotect(pages.at, pages.size, PROT_READ | PROT_WRITE) < 0) fail("mprotect");
}

/* Memory that is never freed by a call: what is left of it on the stack must not come back in the next frame. */
static __attribute__((noinline)) void receive_on_stack(struct world *world, struct buffer *target)
{
    unsigned char frame[STACK_BYTES];
    size_t size = PAGE + below(world, STACK_BYTES - PAGE);
    if (size > target->size) size = target->size;
    receive(world, (struct range){ frame, size });
    memcpy(target->at, frame, size);
    if (one_in(world, 2)) send_range(world, (struct range){ frame, size });
}

static __attribute__((noinline)) void use_stack(struct world *world)
{
    volatile unsigned char frame[STACK_BYTES];
    unsigned char first = (unsigned char)draw(world);
    for (size_t i = 0; i < sizeof frame; i++) frame[i] = (unsigned char)(first + i);
    see(world, (const void *)frame, sizeof frame);
}

void op_stack(struct world *world)
{
    receive_on_stack(world, some_buffer(world));
    use_stack(world);
}
