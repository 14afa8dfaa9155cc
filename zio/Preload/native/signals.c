/*
 * Signal handlers: a program that sets one is noted, and from then on none runs in a thread that is in the core. A
 * program without handlers is spared the two system calls that this costs each time.
 */
#define _GNU_SOURCE
#include "engine.h"
#include <pthread.h>
#include <signal.h>

extern int zio_has_handlers;

/* After this no thread is in the core with its handlers unmasked. */
void zio_note_handlers(void)
{
    if (__atomic_exchange_n(&zio_has_handlers, 1, __ATOMIC_ACQ_REL) == 0 && zio_minds()) {
        zio_lock();
        zio_unlock();
    }
}

static void note(const void *handler)
{
    if (handler != (const void *)SIG_DFL && handler != (const void *)SIG_IGN)
        zio_note_handlers();
}

int zio_next_sigaction(int number, const struct sigaction *action) { return NEXT(sigaction)(number, action, NULL); }

ZIO_EXPORT int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    if (action != NULL && zio_inside != ZIO_IN_CORE)
        note((const void *)action->sa_handler);
    return NEXT(sigaction)(number, action, old);
}

ZIO_EXPORT sighandler_t signal(int number, sighandler_t handler)
{
    note((const void *)handler);
    return (sighandler_t)NEXT(signal)(number, (void *)handler);
}

ZIO_EXPORT sighandler_t bsd_signal(int number, sighandler_t handler) { return signal(number, handler); }

ZIO_EXPORT sighandler_t ssignal(int number, sighandler_t handler) { return signal(number, handler); }

ZIO_EXPORT sighandler_t __sysv_signal(int number, sighandler_t handler)
{
    note((const void *)handler);
    return (sighandler_t)NEXT(__sysv_signal)(number, (void *)handler);
}

ZIO_EXPORT sighandler_t sysv_signal(int number, sighandler_t handler) { return __sysv_signal(number, handler); }

ZIO_EXPORT sighandler_t sigset(int number, sighandler_t handler)
{
    note((const void *)handler);
    return (sighandler_t)NEXT(sigset)(number, (void *)handler);
}

/* A thread that can be cancelled anywhere is unwound in a signal handler of libc's. */
ZIO_EXPORT int pthread_setcanceltype(int type, int *old)
{
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        zio_note_handlers();
    return NEXT(pthread_setcanceltype)(type, old);
}
