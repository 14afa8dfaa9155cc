/*
 * ZIO_STATS=1: the counters on standard error at exit and on SIGUSR2, one "zio: NAME VALUE" a line.
 */
#define _GNU_SOURCE
#include "zio.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

static char *put_number(char *at, uint64_t value)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

static char *put_text(char *at, const char *text)
{
    while (*text != 0)
        *at++ = *text++;
    return at;
}

static const struct { const char *name; uint64_t *value; } lines[] = {
#define LINE(name) { #name " ", &zio_counters.name }
    LINE(copies_elided), LINE(copies_done), LINE(bytes_elided), LINE(bytes_copied),
    LINE(faults), LINE(pages_resolved), LINE(sends_gathered), LINE(bytes_from_vault),
    LINE(receives_to_vault), LINE(bytes_to_vault), LINE(vault_bytes_held), LINE(vault_bytes_peak),
    LINE(ranges_adopted), LINE(sites_suspended),
    LINE(receives), LINE(bytes_received), LINE(sends), LINE(bytes_sent), LINE(pages_handed_over),
    LINE(faults_of_holder),
#undef LINE
};

/* One write, straight to the kernel: it may be called from a signal handler, and must not be counted. */
static void print(void)
{
    char text[sizeof lines / sizeof lines[0] * 64];
    char *at = text;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        at = put_text(at, "zio: ");
        at = put_text(at, lines[i].name);
        at = put_number(at, __atomic_load_n(lines[i].value, __ATOMIC_RELAXED));
        *at++ = '\n';
    }
    NEXT(syscall)(SYS_write, 2, text, at - text);
}

static void on_signal(int signal)
{
    (void)signal;
    int error = errno;
    print();
    errno = error;
}

void zio_statistics_begin(void)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    NEXT(sigaction)(SIGUSR2, &action, NULL);
}

int zio_is_own_handler(void (*handler)(int)) { return handler == on_signal; }

__attribute__((destructor)) static void end(void)
{
    if (zio_options.stats)
        print();
}
