/*
 * Several threads at one buffer at once. Each round a buffer is received and copied; then every thread reads, writes,
 * copies or sends at the same time, so arranged that the outcome does not depend on who was first: a write that is lost
 * when a page is brought in beside it, or a page seen before it is whole, changes the sum.
 */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 5, SHARED_BYTES_MAX = 160 * PAGE, PIECE_BYTES = 48 * 1024, ROUNDS_PER_LINE = 10 };
enum { READ, WRITE, COPY, SEND, REPLACE, GAMES };

struct player {
    pthread_t thread;
    int index, game;
    uint64_t random, sum;
    struct world *world;
    unsigned char *original, *intermediate, *own;
    size_t size;
};

static pthread_barrier_t barrier;

static void look_everywhere(struct player *player)
{
    size_t pages = player->size / PAGE, first = draw_from(&player->random) % pages;
    uint64_t sum = 0;
    for (size_t i = 0; i < pages; i++) {
        size_t page = (first + i) % pages;
        sum += hash(page, player->intermediate + page * PAGE, PAGE); /* a sum, so that the order does not count */
    }
    player->sum = sum;
}

/* Each thread adds to bytes of its own in every page, in an order of its own. */
static void write_between(struct player *player)
{
    size_t pages = player->size / PAGE, first = draw_from(&player->random) % pages;
    for (size_t i = 0; i < pages; i++) {
        unsigned char *page = player->intermediate + (first + i) % pages * PAGE;
        for (size_t at = (size_t)player->index; at < PAGE; at += THREADS * 16) page[at] = (unsigned char)(page[at] + player->index + 1);
    }
}

static void copy_all(struct player *player)
{
    memcpy(player->own, player->index % 2 == 0 ? player->intermediate : player->original, player->size);
    player->sum = hash(0, player->own, player->size);
}

static void send_all(struct player *player)
{
    int fds[2];
    make_pair(fds, player->index % 2);
    for (size_t done = 0; done < player->size; done += PIECE_BYTES) {
        size_t piece = player->size - done < PIECE_BYTES ? player->size - done : PIECE_BYTES;
        for (size_t sent = 0; sent < piece;) {
            ssize_t moved = send(fds[0], player->intermediate + done + sent, piece - sent, 0);
            if (moved < 0 && errno != EINTR) fail("send");
            if (moved > 0) sent += (size_t)moved;
        }
        for (size_t taken = 0; taken < piece;) {
            ssize_t moved = recv(fds[1], player->own + done + taken, piece - taken, MSG_WAITALL);
            if (moved == 0 || (moved < 0 && errno != EINTR)) fail("recv");
            if (moved > 0) taken += (size_t)moved;
        }
    }
    close(fds[0]);
    close(fds[1]);
    player->sum = hash(0, player->own, player->size);
}

static void *play(void *argument)
{
    struct player *player = argument;
    pthread_barrier_wait(&barrier);
    switch (player->game) {
    case READ: look_everywhere(player); break;
    case WRITE: write_between(player); break;
    case COPY: copy_all(player); break;
    case SEND: send_all(player); break;
    default:
        /* The first gives the original a new content while the others read what was copied from it. */
        if (player->index == 0) receive(player->world, (struct range){ player->original, player->size });
        else look_everywhere(player);
        break;
    }
    return NULL;
}

static unsigned char *new_pages(size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, PAGE, size) != 0) fail("posix_memalign");
    return memory;
}

static void play_round(struct world *world)
{
    struct player players[THREADS];
    size_t size = PAGE * (1 + below(world, SHARED_BYTES_MAX / PAGE));
    int game = (int)below(world, GAMES);
    unsigned char *original = new_pages(size), *intermediate = new_pages(size);
    receive(world, (struct range){ original, size });
    memcpy(intermediate, original, size);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        players[i] = (struct player){ .index = i, .game = game, .random = draw(world), .world = world,
            .original = original, .intermediate = intermediate, .own = new_pages(size), .size = size };
    }
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&players[i].thread, NULL, play, &players[i]) != 0) fail("pthread_create");
    for (int i = 0; i < THREADS; i++) pthread_join(players[i].thread, NULL);
    for (int i = 0; i < THREADS; i++) {
        see_number(world, players[i].sum);
        free(players[i].own);
    }
    see(world, original, size);
    see(world, intermediate, size);
    pthread_barrier_destroy(&barrier);
    free(original);
    free(intermediate);
}

void torture_shared(struct world *world, long rounds)
{
    for (world->step = 1; world->step <= rounds; world->step++) {
        play_round(world);
        if (world->step % ROUNDS_PER_LINE != 0) continue;
        printf("round %ld sum %016lx\n", world->step, world->sum);
        fflush(stdout);
    }
}
