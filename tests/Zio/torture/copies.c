/* Copies of every kind, between buffers and within one, and what a program does to their ends afterwards. */
#define _GNU_SOURCE
#include "world.h"
#include <string.h>
#include <strings.h>

/* What a program compiled with _FORTIFY_SOURCE calls. */
extern void *__memcpy_chk(void *target, const void *source, size_t size, size_t room);
extern void *__memmove_chk(void *target, const void *source, size_t size, size_t room);
extern void *__mempcpy_chk(void *target, const void *source, size_t size, size_t room);

static void copy_disjoint(struct world *world, unsigned char *target, const unsigned char *source, size_t size)
{
    switch (below(world, 8)) {
    case 0: see_number(world, (size_t)((unsigned char *)mempcpy(target, source, size) - target)); break;
    case 1: memmove(target, source, size); break;
    case 2: __memcpy_chk(target, source, size, size); break;
    case 3: __memmove_chk(target, source, size, size + 1); break;
    case 4: __mempcpy_chk(target, source, size, size); break;
    case 5: bcopy(source, target, size); break;
    default: memcpy(target, source, size); break;
    }
}

/* A place for a copy of a range: at the same place in its page, as a rule. */
static unsigned char *some_target(struct world *world, const struct buffer *to, const struct buffer *from, struct range *source)
{
    unsigned char *at = some_range(world, to).at;
    if (!one_in(world, 4)) {
        at += (PAGE + phase_of(from, source->at) - phase_of(to, at)) % PAGE;
        if (at >= to->at + to->size) at = to->at;
    }
    size_t room = (size_t)(to->at + to->size - at);
    if (source->size > room) source->size = room;
    return at;
}

static struct buffer *other_buffer(struct world *world, const struct buffer *than)
{
    struct buffer *buffer = some_buffer(world);
    return buffer != than ? buffer : &world->buffers[(than - world->buffers + 1) % BUFFERS];
}

static void poke(struct world *world, struct range range)
{
    if (one_in(world, 3)) {
        memset(range.at, (int)below(world, 256), range.size);
        return;
    }
    for (size_t i = 1 + below(world, 6); i > 0; i--) {
        size_t at = below(world, range.size);
        for (size_t j = at; j < range.size && j < at + 8; j++) range.at[j] = (unsigned char)draw(world);
    }
}

void op_copy(struct world *world)
{
    struct buffer *from = some_buffer(world), *to = other_buffer(world, from);
    struct range source = some_range(world, from);
    unsigned char *target = some_target(world, to, from, &source);
    copy_disjoint(world, target, source.at, source.size);
}

/* What programs with layers do: receive, hand on from buffer to buffer, change some of it on the way, send. */
void op_chain(struct world *world)
{
    struct buffer *stage = some_buffer(world);
    struct range range = { stage->at, stage->size };
    receive(world, range);
    for (size_t copies = 1 + below(world, 4); copies > 0; copies--) {
        struct buffer *next = other_buffer(world, stage);
        struct range source = range;
        unsigned char *target = some_target(world, next, stage, &source);
        copy_disjoint(world, target, source.at, source.size);
        if (one_in(world, 4)) poke(world, range);
        range = (struct range){ target, source.size };
        if (one_in(world, 4)) poke(world, range);
        stage = next;
    }
    if (!one_in(world, 3)) send_range(world, range);
}

void op_overlap(struct world *world)
{
    struct buffer *buffer = some_buffer(world);
    struct range source = some_range(world, buffer);
    if (one_in(world, 2)) receive(world, source);
    unsigned char *target = some_target(world, buffer, buffer, &source);
    memmove(target, source.at, source.size);
}

void op_overwrite(struct world *world) { poke(world, some_range(world, some_buffer(world))); }

void op_look(struct world *world)
{
    struct buffer *buffer = some_buffer(world), *other = other_buffer(world, buffer);
    struct range range = some_range(world, buffer);
    switch (below(world, 4)) {
    case 0:
        see(world, range.at, range.size);
        break;
    case 1:
        see(world, range.at + below(world, range.size), 1);
        break;
    case 2: {
        int order = memcmp(range.at, other->at, range.size < other->size ? range.size : other->size);
        see_number(world, (uint64_t)(order > 0) * 2 + (order < 0));
        break;
    }
    default: {
        unsigned char *found = memchr(range.at, (int)below(world, 256), range.size);
        see_number(world, found == NULL ? UINT64_MAX : (uint64_t)(found - range.at));
        break;
    }
    }
}
