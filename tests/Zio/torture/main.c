/*
 * A program that does to received data everything that a program may do, in an order drawn from a seed, and prints
 * checksums of all that it saw. Run plainly and under libzio it must print the same.
 *
 *   torture SEED STEPS SCENARIO [TRACE_FROM]
 *
 *   mix       all operations, one thread
 *   signals   the same, interrupted all the time by a handler that copies received data itself
 *   threads   four threads with a world each
 *   shared    several threads at the same buffers at once
 *
 * From step TRACE_FROM on every operation is named and everything is checked after it: so a difference is found to the
 * step that makes it.
 */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

enum { THREADS = 4, STEPS_PER_LINE = 50, TICK_US = 900 };

struct operation {
    const char *name;
    void (*run)(struct world *world);
    int weight;
};

static const struct operation operations[] = {
    { "receive", op_receive, 14 }, { "peek", op_peek, 2 }, { "packet", op_packet, 4 }, { "end of stream", op_end_of_stream, 4 },
    { "errors", op_errors, 1 }, { "copy", op_copy, 20 }, { "chain", op_chain, 14 }, { "overlap", op_overlap, 6 },
    { "overwrite", op_overwrite, 10 }, { "look", op_look, 5 }, { "send", op_send, 14 }, { "gather", op_gather, 6 },
    { "file write", op_file_write, 5 }, { "file read", op_file_read, 5 }, { "stdio", op_stdio, 2 }, { "replace", op_replace, 8 },
    { "realloc", op_realloc, 4 }, { "remap", op_remap, 3 }, { "map over", op_map_over, 2 }, { "advise", op_advise, 4 },
    { "protect", op_protect, 2 }, { "stack", op_stack, 3 }, { "vmsplice", op_vmsplice, 2 }, { "process_vm", op_process_vm, 2 },
    { "io_uring", op_uring, 5 }, { "fork", op_fork, 2 }, { "spawn", op_spawn, 1 },
};

enum { OPERATIONS = sizeof operations / sizeof operations[0] };

static struct world worlds[THREADS];
static long steps, trace_from;

/* What the signal handler copies from and to; the source is also a buffer of the first world and is never freed. */
static unsigned char statics[THREADS][STATICS][STATIC_BYTES] __attribute__((aligned(PAGE)));
static unsigned char handler_copy[STATIC_BYTES] __attribute__((aligned(PAGE)));

_Noreturn void fail(const char *what)
{
    fprintf(stderr, "torture: %s: %s\n", what, strerror(errno));
    _exit(3);
}

/* splitmix64 */
uint64_t draw_from(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint64_t draw(struct world *world) { return draw_from(&world->random); }

size_t below(struct world *world, size_t limit) { return draw(world) % limit; }

int one_in(struct world *world, int n) { return below(world, n) == 0; }

uint64_t hash(uint64_t sum, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        __builtin_memcpy(&word, at, 8);
        sum = (sum ^ word) * 0x9FB21C651E98DF25u;
        sum ^= sum >> 29;
    }
    for (; size > 0; at++, size--) sum = (sum ^ *at) * 0x100000001B3u;
    return sum;
}

void see(struct world *world, const void *bytes, size_t size) { world->sum = hash(world->sum, bytes, size); }

void see_number(struct world *world, uint64_t number) { see(world, &number, sizeof number); }

void see_everything(struct world *world)
{
    for (int i = 0; i < BUFFERS; i++) {
        struct buffer *buffer = &world->buffers[i];
        see(world, buffer->at, buffer->size);
        if (buffer->kind == FROM_SHARED) read_back(world, buffer->file, 0, buffer->size);
    }
}

static const struct operation *some_operation(struct world *world)
{
    int total = 0;
    for (int i = 0; i < OPERATIONS; i++) total += operations[i].weight;
    int drawn = (int)below(world, total);
    for (int i = 0;; i++) {
        drawn -= operations[i].weight;
        if (drawn < 0) return &operations[i];
    }
}

static void *torture_world(void *argument)
{
    struct world *world = argument;
    for (world->step = 1; world->step <= steps; world->step++) {
        const struct operation *operation = some_operation(world);
        int is_traced = trace_from > 0 && world->step >= trace_from;
        operation->run(world);
        if (is_traced || world->step % STEPS_PER_LINE == 0) {
            /* Everything now and then only: what is looked at is no longer elided. */
            if (is_traced || world->step % (8 * STEPS_PER_LINE) == 0) see_everything(world);
            fprintf(world->output, "step %ld %s sum %016lx\n", world->step, operation->name, world->sum);
            fflush(world->output);
        }
    }
    see_everything(world);
    return NULL;
}

static void on_tick(int signal)
{
    (void)signal;
    int saved = errno;
    memcpy(handler_copy, statics[0][0], STATIC_BYTES);
    memcpy(handler_copy, statics[0][1], STATIC_BYTES / 2);
    errno = saved;
}

static void start_ticks(void)
{
    struct sigaction action = { .sa_handler = on_tick }; /* no SA_RESTART: calls must be seen to be interrupted */
    struct itimerval tick = { { 0, TICK_US }, { 0, TICK_US } };
    if (sigaction(SIGALRM, &action, NULL) < 0 || setitimer(ITIMER_REAL, &tick, NULL) < 0) fail("setitimer");
}

static void open_world(struct world *world, uint64_t seed, int index)
{
    world->random = seed * 1000003 + (uint64_t)index;
    world->output = stdout;
    open_streams(world, (seed + (uint64_t)index) % 2 == 0);
    world->file = memfd_create("torture", MFD_CLOEXEC);
    if (world->file < 0 || ftruncate(world->file, 2 * BUFFER_BYTES_MAX) < 0) fail("memfd_create");
    for (int i = 0; i < STATICS; i++)
        world->buffers[i] = (struct buffer){ .at = statics[index][i], .size = STATIC_BYTES, .kind = FROM_STATIC };
}

static void run_threads(void)
{
    pthread_t threads[THREADS];
    char *text[THREADS];
    size_t length[THREADS];
    for (int i = 0; i < THREADS; i++) {
        worlds[i].output = open_memstream(&text[i], &length[i]);
        if (pthread_create(&threads[i], NULL, torture_world, &worlds[i]) != 0) fail("pthread_create");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        fclose(worlds[i].output);
        printf("world %d\n%s", i, text[i]);
        free(text[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: torture SEED STEPS mix|signals|threads|shared [TRACE_FROM]\n");
        return 2;
    }
    uint64_t seed = strtoull(argv[1], NULL, 10);
    const char *scenario = argv[3];
    int is_threads = strcmp(scenario, "threads") == 0, count = is_threads ? THREADS : 1;
    steps = atol(argv[2]);
    trace_from = argc > 4 ? atol(argv[4]) : 0;
    signal(SIGPIPE, SIG_IGN);
    /* Helpers are forked while there is one thread. */
    for (int i = 0; i < count; i++) open_world(&worlds[i], seed, i);
    for (int i = 0; i < count; i++)
        for (int j = STATICS; j < BUFFERS; j++) new_buffer(&worlds[i], &worlds[i].buffers[j]);
    if (is_threads) {
        run_threads();
    } else if (strcmp(scenario, "shared") == 0) {
        torture_shared(&worlds[0], steps);
    } else {
        if (strcmp(scenario, "signals") == 0) start_ticks();
        torture_world(&worlds[0]);
    }
    for (int i = 0; i < count; i++) {
        close_streams(&worlds[i]);
        printf("end %d sum %016lx\n", i, worlds[i].sum);
    }
    return 0;
}
