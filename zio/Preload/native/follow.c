/*
 * Where the handler thread runs. A page fault is answered in some ten microseconds when the thread that faults and the
 * one that answers share a core, and takes several times that when another core has to be woken for it, which is what the
 * kernel likes to do (docs/zio.md, "What a fault costs"). So the handler keeps to the core of the program's thread, as
 * long as it is one thread that receives, copies and touches. With several it runs where the kernel likes: beside a busy
 * thread that is not the one that waits, it would have to wait itself.
 *
 * Under the engine's lock, or before there is anyone else.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES_IN_A_ROW 64     /* of one thread, before it is followed */
#define ENTRIES_AFTER_ANOTHER 1024  /* the same once another thread had to wait for the handler */

static pid_t handler, followed_thread;
static cpu_set_t at_start;      /* where it may run when it follows nobody */
static const char *followed;    /* the mark of the thread that entered last */
static int entries;             /* of that thread in a row, counted up to 0 */
static int core = -1;           /* the handler's; -1: where the kernel likes */

/* Its address tells threads apart; 1 is the handler's. */
static __thread char mark __attribute__((tls_model("initial-exec")));

static void allow(const cpu_set_t *cores) { NEXT(syscall)(SYS_sched_setaffinity, handler, sizeof *cores, cores); }

void zio_follow_from(void)
{
    memset(&at_start, 0xff, sizeof at_start);
    NEXT(syscall)(SYS_sched_getaffinity, 0, sizeof at_start, &at_start);
    mark = 1;
    followed = NULL;
    core = -1;
    handler = gettid();
}

static void let_loose(int entries_needed)
{
    if (core >= 0)
        allow(&at_start);
    core = -1;
    entries = -entries_needed;
}

void zio_follow(void)
{
    if (mark)
        return;
    if (followed != &mark) {
        followed = &mark;
        let_loose(entries < -ENTRIES_IN_A_ROW ? -entries : ENTRIES_IN_A_ROW);
        return;
    }
    if (entries < 0) {
        entries++;
        return;
    }
    int here = sched_getcpu();
    if (here == core || here < 0 || here >= CPU_SETSIZE)
        return;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(here, &only);
    allow(&only);
    core = here;
    followed_thread = gettid();
}

void zio_follow_fault(pid_t thread)
{
    if (core >= 0 && thread != followed_thread)
        let_loose(ENTRIES_AFTER_ANOTHER);
}
