/*
 * threads SCENARIO: what threads may do with received memory where a library like libzio is easily caught. Prints
 * checksums, the same with and without one.
 *   destructor   memory that a thread received is read, copied and freed by its last destructor
 *   stranger     memory is unmapped, dropped and freed by threads that never received or copied anything
 *   prefork      a fork whose handler waits for a thread that touches received memory and drops it, as an allocator does
 *   stacks       one thread copies what it received onto the stack of another, which ends with it
 *   descend      the children of a program with several threads receive for themselves
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (256u << 10)
#define ROUNDS 40

static void must(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "threads: %s: %s\n", what, strerror(errno));
    _exit(3);
}

static uint64_t sum_of(const unsigned char *bytes)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < SIZE; i++) sum = (sum ^ bytes[i]) * 0x100000001B3u;
    return sum;
}

struct stream { int in, out; uint32_t random; };

static void *feed(void *argument)
{
    struct stream *stream = argument;
    unsigned char *bytes = malloc(SIZE);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < SIZE; i++) bytes[i] = (unsigned char)((stream->random = stream->random * 1664525 + 1013904223) >> 24);
        for (size_t sent = 0; sent < SIZE;) {
            ssize_t moved = send(stream->in, bytes + sent, SIZE - sent, MSG_NOSIGNAL);
            if (moved <= 0) {
                free(bytes);
                return NULL;
            }
            sent += (size_t)moved;
        }
    }
    free(bytes);
    return NULL;
}

/* A stream of ROUNDS messages that are the same in each run. */
static pthread_t open_stream(struct stream *stream, uint32_t seed)
{
    int fds[2], room = 4 * SIZE;
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0, "socketpair");
    setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    *stream = (struct stream){ fds[0], fds[1], seed };
    pthread_t feeder;
    must(pthread_create(&feeder, NULL, feed, stream) == 0, "pthread_create");
    return feeder;
}

static void close_stream(struct stream *stream, pthread_t feeder)
{
    close(stream->out);
    pthread_join(feeder, NULL);
    close(stream->in);
}

static void *new_pages(void)
{
    void *pages = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(pages != MAP_FAILED, "mmap");
    return pages;
}

static void receive(int fd, unsigned char *bytes)
{
    for (size_t done = 0; done < SIZE;) {
        ssize_t moved = recv(fd, bytes + done, SIZE - done, MSG_WAITALL);
        must(moved > 0 || (moved < 0 && errno == EINTR), "recv");
        if (moved > 0) done += (size_t)moved;
    }
}

static pthread_key_t kept;
static struct stream shared_stream;
static uint64_t total;

struct pair { unsigned char *received, *copied; };

static void last_words(void *argument)
{
    struct pair *pair = argument;
    unsigned char *late = malloc(SIZE);
    memcpy(late, pair->copied, SIZE);
    memmove(pair->received, pair->received + 8192, SIZE - 8192);
    total = total * 31 + sum_of(late) + sum_of(pair->received) + sum_of(pair->copied);
    free(late);
    free(pair->received);
    munmap(pair->copied, SIZE);
    free(pair);
}

static void *receive_and_end(void *nothing)
{
    struct pair *pair = malloc(sizeof *pair);
    pair->received = malloc(SIZE);
    pair->copied = new_pages();
    receive(shared_stream.out, pair->received);
    memcpy(pair->copied, pair->received, SIZE);
    pthread_setspecific(kept, pair);
    return nothing;
}

static void destructor(void)
{
    pthread_t feeder = open_stream(&shared_stream, 1), thread;
    pthread_key_create(&kept, last_words);
    for (int i = 0; i < ROUNDS; i++) {
        must(pthread_create(&thread, NULL, receive_and_end, NULL) == 0, "pthread_create");
        pthread_join(thread, NULL);
    }
    close_stream(&shared_stream, feeder);
}

static void *clear_away(void *argument)
{
    struct pair *pair = argument;
    must(madvise(pair->copied, SIZE / 2, MADV_DONTNEED) == 0, "madvise");
    total = total * 31 + sum_of(pair->copied) + sum_of(pair->received);
    must(munmap(pair->copied, SIZE) == 0, "munmap");
    free(pair->received);
    return NULL;
}

static void stranger(void)
{
    pthread_t feeder = open_stream(&shared_stream, 2), thread;
    for (int i = 0; i < ROUNDS; i++) {
        struct pair pair = { malloc(SIZE), new_pages() };
        receive(shared_stream.out, pair.received);
        memcpy(pair.copied, pair.received, SIZE);
        must(pthread_create(&thread, NULL, clear_away, &pair) == 0, "pthread_create");
        pthread_join(thread, NULL);
    }
    close_stream(&shared_stream, feeder);
}

static int is_over;
static pthread_mutex_t taken_in_forks = PTHREAD_MUTEX_INITIALIZER;

static void take(void) { pthread_mutex_lock(&taken_in_forks); }

static void give(void) { pthread_mutex_unlock(&taken_in_forks); }

static void *touch_under_lock(void *nothing)
{
    unsigned char *bytes = new_pages(), *copy = new_pages();
    for (int i = 0; i < ROUNDS; i++) {
        receive(shared_stream.out, bytes);
        memcpy(copy, bytes, SIZE);
        take();
        total = total * 31 + sum_of(copy);
        must(madvise(copy, SIZE / 2, MADV_DONTNEED) == 0, "madvise");
        give();
    }
    __atomic_store_n(&is_over, 1, __ATOMIC_RELEASE);
    return nothing;
}

static void prefork(void)
{
    pthread_t feeder = open_stream(&shared_stream, 3), thread;
    pthread_atfork(take, give, give);
    must(pthread_create(&thread, NULL, touch_under_lock, NULL) == 0, "pthread_create");
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE)) {
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
    }
    pthread_join(thread, NULL);
    close_stream(&shared_stream, feeder);
}

static pthread_barrier_t met;
static unsigned char *others;

static void *lend_stack(void *nothing)
{
    unsigned char bytes[SIZE];
    __asm__ volatile("" : : "r"(bytes) : "memory");
    others = bytes;
    pthread_barrier_wait(&met);
    pthread_barrier_wait(&met);
    total = total * 31 + sum_of(bytes);
    return nothing;
}

static void stacks(void)
{
    pthread_t feeder = open_stream(&shared_stream, 6), thread;
    unsigned char *bytes = new_pages();
    pthread_barrier_init(&met, NULL, 2);
    for (int i = 0; i < ROUNDS; i++) {
        receive(shared_stream.out, bytes);
        must(pthread_create(&thread, NULL, lend_stack, NULL) == 0, "pthread_create");
        pthread_barrier_wait(&met);
        memcpy(others, bytes, SIZE);
        pthread_barrier_wait(&met);
        pthread_join(thread, NULL);
    }
    close_stream(&shared_stream, feeder);
}

/* Before the fork its buffer is in a library's keeping; the child reads it, then receives and copies for itself. */
static int live_on(unsigned char *before)
{
    struct stream stream;
    unsigned char *bytes = new_pages(), *copy = malloc(SIZE);
    uint64_t sum = sum_of(before);
    pthread_t feeder = open_stream(&stream, 5);
    for (int i = 0; i < ROUNDS / 4; i++) {
        receive(stream.out, bytes);
        memcpy(copy, bytes, SIZE);
        sum = sum * 31 + sum_of(copy);
    }
    close_stream(&stream, feeder);
    return (int)(sum % 251);
}

static void descend(void)
{
    pthread_t feeder = open_stream(&shared_stream, 4);
    unsigned char *bytes = new_pages(), *copy = new_pages();
    for (int i = 0; i < ROUNDS; i++) {
        int status;
        receive(shared_stream.out, bytes);
        memcpy(copy, bytes, SIZE);
        if (i % 4 != 0) continue;
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) _exit(live_on(copy));
        must(waitpid(child, &status, 0) == child && WIFEXITED(status), "waitpid");
        total = total * 31 + sum_of(copy) + (uint64_t)WEXITSTATUS(status);
    }
    close_stream(&shared_stream, feeder);
}

int main(int argc, char **argv)
{
    static const struct { const char *name; void (*play)(void); } scenarios[] = {
        { "destructor", destructor }, { "stranger", stranger }, { "prefork", prefork }, { "stacks", stacks }, { "descend", descend },
    };
    for (size_t i = 0; argc == 2 && i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(argv[1], scenarios[i].name) != 0) continue;
        scenarios[i].play();
        printf("%016lx\n", total);
        return 0;
    }
    return 2;
}
