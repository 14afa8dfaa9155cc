/*
 * Stacks are never adopted: whoever holds the lock stands on one, and libc unmaps and reuses those of ended threads without
 * telling anyone. Known are the first thread's, those of all threads that pthread_create started, and of others (C11's, say)
 * once they enter the core themselves.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define STACKS 4096                     /* beyond that the oldest is forgotten */
#define UNLIMITED_STACK (256ul << 20)

extern void *__libc_stack_end;

/* A stack stays here when its thread has ended: its memory is the next thread's, or at worst is never adopted. */
static struct { uintptr_t low, high; } stacks[STACKS];
static uint32_t stack_count;

static __thread int is_noted __attribute__((tls_model("initial-exec")));

int zio_is_stack(uintptr_t start, uintptr_t end)
{
    uint32_t count = __atomic_load_n(&stack_count, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count && i < STACKS; i++)
        if (start < __atomic_load_n(&stacks[i].high, __ATOMIC_RELAXED) && end > __atomic_load_n(&stacks[i].low, __ATOMIC_RELAXED))
            return 1;
    return 0;
}

static void note(uintptr_t low, uintptr_t high)
{
    uint32_t count = __atomic_load_n(&stack_count, __ATOMIC_ACQUIRE);
    for (uint32_t i = 0; i < count && i < STACKS; i++)
        if (stacks[i].low == low && stacks[i].high == high)
            return;
    uint32_t slot = __atomic_fetch_add(&stack_count, 1, __ATOMIC_ACQ_REL) % STACKS;
    __atomic_store_n(&stacks[slot].low, low, __ATOMIC_RELAXED);
    __atomic_store_n(&stacks[slot].high, high, __ATOMIC_RELEASE);
}

void zio_note_first_stack(void)
{
    struct rlimit limit;
    uintptr_t high = (uintptr_t)__libc_stack_end + ZIO_PAGE, low = high - UNLIMITED_STACK;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < UNLIMITED_STACK)
        low = high - limit.rlim_cur;
    note(low, high);
}

void zio_note_stack(void)
{
    if (likely(is_noted))
        return;
    is_noted = 1;
    if (getpid() == gettid())
        return;
    int error = errno;
    pthread_attr_t attributes;
    void *low;
    size_t bytes;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        if (pthread_attr_getstack(&attributes, &low, &bytes) == 0)
            note((uintptr_t)low, (uintptr_t)low + bytes);
        pthread_attr_destroy(&attributes);
    }
    errno = error;
}

struct beginning {
    void *(*routine)(void *);
    void *argument;
};

static void *begin_thread(void *memory)
{
    struct beginning beginning = *(struct beginning *)memory;
    NEXT(free)(memory);
    zio_note_stack();
    return beginning.routine(beginning.argument);
}

ZIO_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument)
{
    if (zio_options.mode != ZIO_ON)
        return NEXT(pthread_create)(thread, attributes, routine, argument);
    struct beginning *beginning = NEXT(malloc)(sizeof *beginning);
    if (beginning == NULL)
        return EAGAIN;
    *beginning = (struct beginning){ routine, argument };
    int result = NEXT(pthread_create)(thread, attributes, begin_thread, beginning);
    if (result != 0)
        NEXT(free)(beginning);
    return result;
}
