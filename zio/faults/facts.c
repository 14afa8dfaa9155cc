/*
 * What userfaultfd does where a preloaded library would depend on it. One line for each fact, "NAME RESULT"; a result is
 * the name of an error, "ok", or "killed" and a signal's name. Each is tried in a child of its own, which may die of it.
 */
#include "userfault.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4ul
#define BYTES (PAGES * PAGE)

static char *target, *source;
static int userfault;

static void set_up(uint64_t features, enum way way)
{
    target = map_private(BYTES);
    source = map_private(BYTES);
    memset(source, 'x', BYTES);
    if ((userfault = open_userfault(features)) < 0)
        refuse("userfaultfd");
    if (register_range(userfault, target, BYTES, UFFDIO_REGISTER_MODE_MISSING) != 0)
        refuse("UFFDIO_REGISTER");
    if ((features & UFFD_FEATURE_SIGBUS) == 0)
        start_handler(userfault, way, (uintptr_t)target, (uintptr_t)source, PAGE, -1);
}

static const char *said(long result) { return result >= 0 ? "ok" : strerrorname_np(errno); }

/* The kernel itself reads an empty page, as in a call that no library saw. */
static const char *write_from(void)
{
    int ends[2];
    char got[PAGE];
    if (pipe(ends) != 0)
        fail("pipe");
    const char *result = said(write(ends[1], target, PAGE));
    return strcmp(result, "ok") == 0 && (read(ends[0], got, PAGE) != (ssize_t)PAGE || got[0] != 'x' || got[PAGE - 1] != 'x') ? "wrong bytes" : result;
}

/* The kernel writes a part of one. */
static const char *read_into(void)
{
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], "abc", 3) != 3)
        fail("pipe");
    const char *result = said(read(ends[0], target, 3));
    return strcmp(result, "ok") == 0 && (memcmp(target, "abcx", 4) != 0) ? "wrong bytes" : result;
}

static void answer(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    uintptr_t page = (uintptr_t)info->si_addr & ~(PAGE - 1);
    if (fill(userfault, BY_COPY, page, (uintptr_t)source, PAGE) != 0)
        _exit(1);
}

static const char *touch(void)
{
    struct sigaction action = { .sa_sigaction = answer, .sa_flags = SA_SIGINFO };
    sigaction(SIGBUS, &action, NULL);
    return *(volatile char *)target == 'x' ? "ok" : "wrong bytes";
}

static const char *handler_write(void) { set_up(0, BY_COPY); return write_from(); }
static const char *handler_read(void) { set_up(0, BY_COPY); return read_into(); }
static const char *sigbus_write(void) { set_up(UFFD_FEATURE_SIGBUS, BY_COPY); return write_from(); }
static const char *sigbus_read(void) { set_up(UFFD_FEATURE_SIGBUS, BY_COPY); return read_into(); }
static const char *sigbus_touch(void) { set_up(UFFD_FEATURE_SIGBUS, BY_COPY); return touch(); }

static const char *sigbus_blocked(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGBUS);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return sigbus_touch();
}

static const char *move_aligned(void)
{
    set_up(UFFD_FEATURE_MOVE, BY_MOVE);
    return said(fill(userfault, BY_MOVE, (uintptr_t)target, (uintptr_t)source, PAGE));
}

static const char *move_unaligned(void)
{
    set_up(UFFD_FEATURE_MOVE, BY_MOVE);
    return said(fill(userfault, BY_MOVE, (uintptr_t)target, (uintptr_t)source + 64, PAGE));
}

/* A page that a forked child has as well. */
static const char *move_shared(void)
{
    int until[2];
    set_up(UFFD_FEATURE_MOVE, BY_MOVE);
    if (pipe(until) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        char nothing;
        close(until[1]);
        _exit(read(until[0], &nothing, 1) != 0);
    }
    const char *result = said(fill(userfault, BY_MOVE, (uintptr_t)target, (uintptr_t)source, PAGE));
    close(until[1]);
    waitpid(child, NULL, 0);
    return result;
}

static const char *copy_unaligned(void)
{
    set_up(0, BY_COPY);
    return said(fill(userfault, BY_COPY, (uintptr_t)target, (uintptr_t)source + 64, PAGE));
}

static const char *continue_private(void)
{
    set_up(UFFD_FEATURE_MINOR_SHMEM, BY_COPY);
    return said(register_range(userfault, source, BYTES, UFFDIO_REGISTER_MODE_MINOR));
}

static const struct { const char *name; const char *(*try)(void); } facts[] = {
    { "handler-write", handler_write }, { "handler-read", handler_read },
    { "sigbus-touch", sigbus_touch }, { "sigbus-write", sigbus_write }, { "sigbus-read", sigbus_read },
    { "sigbus-blocked", sigbus_blocked }, { "copy-unaligned", copy_unaligned },
    { "move-aligned", move_aligned }, { "move-unaligned", move_unaligned }, { "move-shared", move_shared },
    { "continue-private", continue_private },
};

int print_facts(void)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        int status = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            printf("%s %s\n", facts[i].name, facts[i].try());
            fflush(stdout);
            _exit(0);
        }
        if (waitpid(child, &status, 0) != child)
            fail("waitpid");
        if (WIFSIGNALED(status))
            printf("%s killed SIG%s\n", facts[i].name, sigabbrev_np(WTERMSIG(status)));
        else if (WEXITSTATUS(status) == 1)
            return 1;
    }
    return 0;
}
