/*
 * What it costs a program when libzio has to give a touched page its content: the ways that userfaultfd offers, each
 * as a program of one thread would meet it.
 *
 *   faults WAY PAGES TIMES CORE HANDLER-CORE
 *   faults facts
 *
 * WAY: copy, move, continue: a handler thread on HANDLER-CORE (-1: any) answers with UFFDIO_COPY, _MOVE, _CONTINUE.
 *      sigbus-copy, sigbus-move: the thread that faults answers itself, in a handler of SIGBUS.
 *      plain: no userfaultfd; the kernel gives an empty page, and the program copies the content into it.
 *
 * TIMES times the program writes to a page of empty memory, gets it and its neighbours, PAGES in all, and writes to those
 * too. Each time is in another half MiB, as with messages. The content was received before and has left the cache.
 * Then the memory that held the content is written to again, as by the next receives: after a move it is empty.
 *
 * Prints three numbers, nanoseconds a time: until all pages are there and were written to; CPU of the process meanwhile;
 * writing to the content's memory again (-1 where that has no sense). Every page's content is checked.
 * Exit codes: 0; 1: something failed; 2: wrong use; 3: the kernel does not have this, or refuses it.
 */
#include "userfault.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define WORDS (PAGE / sizeof(uint64_t))
#define MESSAGE_PAGES 128ul
#define EVICTING_BYTES (64ul << 20)     /* twice a large cache */

static uint64_t *target, *source;
static size_t pages, times, step_pages, bytes;
static int userfault = -1;
static enum way way;

static int64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void answer_own_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    int error = errno;
    uintptr_t page = (uintptr_t)info->si_addr & ~(PAGE - 1);
    if (fill(userfault, way, page, (uintptr_t)source + (page - (uintptr_t)target), pages * PAGE) != 0)
        _exit(1);
    errno = error;
}

static uint64_t *page_at(uint64_t *area, size_t time, size_t page)
{
    return area + (time * step_pages + page) * WORDS;
}

/* As a receive would: all of each page. Returns nanoseconds. */
static int64_t write_source(uint64_t first)
{
    static uint64_t received[WORDS];
    int64_t began = now(CLOCK_MONOTONIC);
    for (size_t i = 0; i < times; i++)
        for (size_t page = 0; page < pages; page++) {
            received[0] = first + i * pages + page;
            memcpy(page_at(source, i, page), received, PAGE);
        }
    return now(CLOCK_MONOTONIC) - began;
}

static void evict(void)
{
    static volatile char *other;
    if (other == NULL)
        other = map_private(EVICTING_BYTES);
    for (size_t at = 0; at < EVICTING_BYTES; at += 64)
        other[at]++;
}

static void touch(int is_plain)
{
    for (size_t i = 0; i < times; i++)
        for (size_t page = 0; page < pages; page++) {
            volatile uint64_t *word = page_at(target, i, page);
            if (is_plain)
                memcpy((void *)word, page_at(source, i, page), PAGE);
            word[1]++;
            if (word[0] != 1 + i * pages + page || word[1] != 1) {
                fprintf(stderr, "page %zu of time %zu has another's content\n", page, i);
                exit(1);
            }
        }
}

static void map_shared(void)
{
    int file = memfd_create("faults", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)bytes) != 0)
        refuse("memfd");
    source = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    target = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (source == MAP_FAILED || target == MAP_FAILED)
        fail("mmap of a memfd");
}

static void set_up(int by_signal, int is_plain, int handler_core)
{
    if (way == BY_CONTINUE) {
        map_shared();
    } else {
        source = map_private(bytes);
        target = map_private(bytes);
    }
    if (is_plain)
        return;
    uint64_t features = (by_signal ? UFFD_FEATURE_SIGBUS : 0) | (way == BY_MOVE ? UFFD_FEATURE_MOVE : 0) |
                        (way == BY_CONTINUE ? UFFD_FEATURE_MINOR_SHMEM : 0);
    if ((userfault = open_userfault(features)) < 0)
        refuse("userfaultfd");
    if (register_range(userfault, target, bytes, way == BY_CONTINUE ? UFFDIO_REGISTER_MODE_MINOR : UFFDIO_REGISTER_MODE_MISSING) != 0)
        refuse("UFFDIO_REGISTER");
    if (by_signal) {
        struct sigaction action = { .sa_sigaction = answer_own_fault, .sa_flags = SA_SIGINFO };
        if (sigaction(SIGBUS, &action, NULL) != 0)
            fail("sigaction");
    } else {
        start_handler(userfault, way, (uintptr_t)target, (uintptr_t)source, pages * PAGE, handler_core);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "facts") == 0)
        return print_facts();
    pages = argc == 6 ? strtoul(argv[2], NULL, 10) : 0;
    times = argc == 6 ? strtoul(argv[3], NULL, 10) : 0;
    if (pages == 0 || times == 0) {
        fprintf(stderr, "usage: faults [sigbus-]copy|[sigbus-]move|continue|plain PAGES TIMES CORE HANDLER-CORE\n       faults facts\n");
        return 2;
    }
    int by_signal = strncmp(argv[1], "sigbus-", 7) == 0, is_plain = strcmp(argv[1], "plain") == 0;
    const char *name = argv[1] + (by_signal ? 7 : 0);
    way = strcmp(name, "move") == 0 ? BY_MOVE : strcmp(name, "continue") == 0 ? BY_CONTINUE : BY_COPY;
    step_pages = pages > MESSAGE_PAGES ? pages : MESSAGE_PAGES;
    bytes = times * step_pages * PAGE;
    pin(atoi(argv[4]));
    set_up(by_signal, is_plain, atoi(argv[5]));
    write_source(1);
    evict();
    int64_t wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    touch(is_plain);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = now(CLOCK_MONOTONIC) - wall;
    evict();
    int64_t again = way == BY_CONTINUE ? -1 : write_source(1) / (int64_t)times;
    printf("%lld %lld %lld\n", (long long)(wall / (int64_t)times), (long long)(cpu / (int64_t)times), (long long)again);
    return 0;
}
