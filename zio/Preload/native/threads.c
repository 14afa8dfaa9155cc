/*
 * The ways into the core. A thread that enters it must have met the core's runtime, which allocates for that and
 * dismisses the thread when it ends. Two kinds of thread may not enter: one that is within the program's allocator and
 * has not met the runtime, and one that was dismissed, whose last destructors may still free and unmap. What they must
 * make known they ask of the handler thread: they leave it in zio_live and touch an empty page, the doorbell.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <errno.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *dso_handle);
extern void *__dso_handle;

__thread int zio_inside __attribute__((tls_model("initial-exec")));

/* The program has signal handlers (see signals.c): none may run in a thread that is in the core. */
int zio_has_handlers;

static __thread enum { NEW, MET, DISMISSED } acquaintance __attribute__((tls_model("initial-exec")));

/* How a thread was before it took the lock or asked for something: no handler of a signal's sees it between. */
struct stance { uint64_t mask; int is_masked, error, inside; };

static struct stance holders;

/* The calling thread's in the kernel; 0: not asked yet. */
static __thread uint32_t number __attribute__((tls_model("initial-exec")));

static volatile char *doorbell;

/* Threads that are being introduced: in a fork just then, the child must leave the runtime alone for ever. */
uint32_t zio_meeting;

static int mask_signals(uint64_t *mask)
{
    const uint64_t faults = 1ull << (SIGSEGV - 1) | 1ull << (SIGBUS - 1) | 1ull << (SIGILL - 1) | 1ull << (SIGFPE - 1) |
                            1ull << (SIGTRAP - 1) | 1ull << (SIGABRT - 1);
    uint64_t all = ~faults;
    if (!__atomic_load_n(&zio_has_handlers, __ATOMIC_ACQUIRE))
        return 0;
    NEXT(syscall)(SYS_rt_sigprocmask, SIG_SETMASK, &all, mask, sizeof *mask);
    return 1;
}

static void unmask_signals(uint64_t mask) { NEXT(syscall)(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask); }

/*
 * A lock. Its lower half is what the kernel waits at: the number of the thread that holds it, and whether somebody may sleep; 0
 * when it is free. So whoever holds it is known from the very instruction that takes it to the one that gives it back (rescue.c says why).
 * The upper half counts how often it was taken.
 */
#define AWAITED 0x80000000u

static uint32_t *lower_half(uint64_t *lock) { return (uint32_t *)lock; }

/* Seconds 0 and nanoseconds, or NULL: for ever. 0: not had within that. */
static int take(uint64_t *lock, const struct timespec *patience)
{
    uint32_t awaited = 0;
    if (unlikely(number == 0))
        number = (uint32_t)gettid();
    uint64_t now = __atomic_load_n(lock, __ATOMIC_RELAXED);
    for (;;) {
        if ((uint32_t)now == 0) {
            if (__atomic_compare_exchange_n(lock, &now, ((now >> 32) + 1) << 32 | awaited | number, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                return 1;
            continue;
        }
        if (((uint32_t)now & AWAITED) == 0 &&
            !__atomic_compare_exchange_n(lock, &now, now | AWAITED, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            continue;
        if (patience != NULL && awaited != 0)
            return 0;
        NEXT(syscall)(SYS_futex, lower_half(lock), FUTEX_WAIT_PRIVATE, (uint32_t)now | AWAITED, patience);
        /* Others may sleep as well, and only one is woken. */
        awaited = AWAITED;
        now = __atomic_load_n(lock, __ATOMIC_RELAXED);
    }
}

static void give(uint64_t *lock)
{
    if ((__atomic_exchange_n(lower_half(lock), 0, __ATOMIC_RELEASE) & AWAITED) != 0)
        NEXT(syscall)(SYS_futex, lower_half(lock), FUTEX_WAKE_PRIVATE, 1);
}

uint64_t zio_holding(void) { return __atomic_load_n(&zio_live->lock, __ATOMIC_SEQ_CST) & ~(uint64_t)AWAITED; }

static struct stance step_aside(int inside)
{
    struct stance stance = { 0, 0, errno, zio_inside };
    stance.is_masked = mask_signals(&stance.mask);
    zio_inside = inside;
    return stance;
}

static void step_back(const struct stance *stance)
{
    zio_inside = stance->inside;
    if (stance->is_masked)
        unmask_signals(stance->mask);
    errno = stance->error;
}

void zio_renumber(void) { number = 0; }

void zio_lock(void)
{
    struct stance stance = step_aside(ZIO_IN_CORE);
    take(&zio_live->lock, NULL);
    holders = stance;
}

int zio_lock_within(long nanoseconds)
{
    const struct timespec patience = { 0, nanoseconds };
    struct stance stance = step_aside(ZIO_IN_CORE);
    int is_taken = take(&zio_live->lock, &patience);
    if (is_taken)
        holders = stance;
    else
        step_back(&stance);
    return is_taken;
}

void zio_unlock(void)
{
    struct stance stance = holders;
    give(&zio_live->lock);
    step_back(&stance);
}

/* Runs before the runtime's own end of the thread, for it was set up after it: no entering from here on. */
static void dismiss(void *nothing)
{
    (void)nothing;
    acquaintance = DISMISSED;
    zio_inside = ZIO_ALOOF;
}

void zio_meet(void)
{
    struct stance stance = step_aside(ZIO_ALOOF);
    __atomic_fetch_add(&zio_meeting, 1, __ATOMIC_RELAXED);
    core_attach();
    __atomic_fetch_sub(&zio_meeting, 1, __ATOMIC_RELAXED);
    __cxa_thread_atexit_impl(dismiss, NULL, &__dso_handle);
    acquaintance = MET;
    step_back(&stance);
}

/* Holds the lock for longer, asleep, so that the kernel has something for this thread before it goes on. */
static void linger(void)
{
    const struct timespec pause = { 0, zio_options.linger * 1000 };
    NEXT(syscall)(SYS_nanosleep, &pause, NULL);
}

void zio_enter(void)
{
    if (unlikely(acquaintance == NEW))
        zio_meet();
    zio_lock();
    zio_follow();
    if (unlikely(zio_options.linger > 0))
        linger();
    zio_mend();
}

void zio_leave(void)
{
    zio_mend();
    zio_unlock();
}

static void carry_out(uint64_t change, uintptr_t start, uint64_t bytes)
{
    switch (change) {
    case ZIO_FORK:
        zio_live->forking++;
        core_resolve_all();
        break;
    case ZIO_SETTLE:
        core_resolve(start, bytes);
        core_release(start, bytes, 1);
        break;
    default:
        core_release(start, bytes, change == ZIO_RELEASE);
    }
}

static void ring(enum zio_change change, uintptr_t start, uint64_t bytes)
{
    struct stance stance = step_aside(ZIO_ALOOF);
    take(&zio_live->ringing, NULL);
    zio_live->asked.change = change;
    zio_live->asked.start = start;
    zio_live->asked.bytes = bytes;
    __atomic_store_n(&zio_live->asked.is_open, 1, __ATOMIC_RELEASE);
    *doorbell;
    NEXT(syscall)(SYS_madvise, doorbell, ZIO_PAGE, MADV_DONTNEED);
    give(&zio_live->ringing);
    step_back(&stance);
}

void zio_change(enum zio_change change, uintptr_t start, uint64_t bytes, int may_meet)
{
    if (acquaintance != MET && !(acquaintance == NEW && may_meet && zio_inside == ZIO_OUTSIDE)) {
        ring(change, start, bytes);
        return;
    }
    zio_enter();
    carry_out(change, start, bytes);
    zio_leave();
}

/* Empty and registered, of a new process each time. */
int zio_hang_doorbell(void)
{
    doorbell = zio_map(ZIO_PAGE);
    struct uffdio_register range = { .range = { (uintptr_t)doorbell, ZIO_PAGE }, .mode = UFFDIO_REGISTER_MODE_MISSING };
    return doorbell != NULL && ioctl(zio_uffd, UFFDIO_REGISTER, &range) == 0;
}

/* The handler thread, with the lock: if this page fault is the doorbell, does what was asked, and lets the thread go on. */
int zio_answers(uintptr_t fault)
{
    if ((fault & ~(ZIO_PAGE - 1)) != (uintptr_t)doorbell)
        return 0;
    /* A thread that was interrupted at the door has rung twice. */
    if (__atomic_exchange_n(&zio_live->asked.is_open, 0, __ATOMIC_ACQ_REL) == 0)
        return 1;
    carry_out(zio_live->asked.change, zio_live->asked.start, zio_live->asked.bytes);
    zio_zero((uintptr_t)doorbell);
    return 1;
}

void zio_wake_all(uint32_t *word)
{
    __atomic_store_n(word, 1, __ATOMIC_RELEASE);
    NEXT(syscall)(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX);
}

void zio_await(uint32_t *word)
{
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0)
        NEXT(syscall)(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL);
}
