/*
 * How the handler thread comes by page faults and by the lock. Whoever holds the lock touches no memory of the program, but the
 * kernel may do so in its name: io_uring carries on with requests in the thread that made them, at any instruction, whenever
 * that thread is about to leave the kernel. If such a request meets an empty page, the holder waits for the handler, and the
 * handler must not wait for the lock. It ends faults of the holder's without it: the holder stands still meanwhile, and with it
 * all that the lock guards. What that leaves to be put right is put right by whoever is in the core next (Rescue.cs).
 *
 * All but zio_await_descriptor is for the handler thread alone.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define QUEUED 64
#define PATIENCE_NS 1000000
#define SHORT_PATIENCE_NS 50000     /* who touched one page is at the next soon */

static struct zio_fault queue[QUEUED];
static int queued;

/* The handler uses zio_uffd without the lock. */
static uint32_t uses_descriptor;

static void set_using(uint32_t uses) { __atomic_store_n(&uses_descriptor, uses, __ATOMIC_SEQ_CST); }

void zio_await_descriptor(void)
{
    while (__atomic_load_n(&uses_descriptor, __ATOMIC_SEQ_CST))
        sched_yield();
}

void zio_begin_faults(void)
{
    queued = 0;
    set_using(0);
}

/* Does not block. 0: there is none. */
static int read_fault(struct zio_fault *fault)
{
    struct uffd_msg message;
    long got;
    do
        got = NEXT(syscall)(SYS_read, __atomic_load_n(&zio_uffd, __ATOMIC_SEQ_CST), &message, sizeof message);
    while (got == sizeof message && message.event != UFFD_EVENT_PAGEFAULT);
    if (got != sizeof message)
        return 0;
    fault->address = message.arg.pagefault.address;
    fault->thread = (pid_t)message.arg.pagefault.feat.ptid;
    return 1;
}

/* Who waits for it faults again, if it still has to. */
static void wake(const struct zio_fault *fault)
{
    struct uffdio_range range = { fault->address & ~(ZIO_PAGE - 1), ZIO_PAGE };
    ioctl(zio_uffd, UFFDIO_WAKE, &range);
}

static int sort_fault(void)
{
    /*
     * The kernel forgets faults that were ended. So one that is read while its thread holds the lock, from before to after, is of
     * that time, and the thread waits at it.
     */
    uint64_t before = zio_holding();
    struct zio_fault fault;
    if (!read_fault(&fault))
        return 0;
    if (zio_thread_of(before) == fault.thread && zio_holding() == before) {
        zio_inside = ZIO_IN_CORE;
        core_rescue(fault.address);
        zio_inside = ZIO_OUTSIDE;
        return 1;
    }
    if (queued < QUEUED) {
        queue[queued++] = fault;
        return 1;
    }
    wake(&fault);
    return 0;
}

int zio_sort_fault(void)
{
    set_using(1);
    int is_sorted = sort_fault();
    set_using(0);
    return is_sorted;
}

int zio_next_fault(struct zio_fault *fault)
{
    if (queued == 0)
        return 0;
    *fault = queue[--queued];
    return 1;
}

int zio_has_faults(void) { return queued > 0; }

/* One that was read before its thread was seen to hold the lock says nothing of now: let it come again. */
static void forget_faults_of(pid_t thread)
{
    set_using(1);
    for (int i = queued - 1; i >= 0; i--)
        if (queue[i].thread == thread) {
            wake(&queue[i]);
            queue[i] = queue[--queued];
        }
    set_using(0);
}

void zio_enter_as_handler(void)
{
    for (long patience = PATIENCE_NS; !zio_lock_within(patience);) {
        forget_faults_of(zio_thread_of(zio_holding()));
        patience = PATIENCE_NS;
        while (zio_sort_fault())
            patience = SHORT_PATIENCE_NS;
    }
    zio_mend();
}
