/* Children: a forked one sees the memory as it was at the fork, whatever its parent does meanwhile, and has its own from then on. */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void must_read(int fd, void *at, size_t size)
{
    ssize_t received;
    while ((received = read(fd, at, size)) < 0 && errno == EINTR) {}
    if (received != (ssize_t)size) fail("a child said nothing");
}

static void see_exit(struct world *world, pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    see_number(world, (uint64_t)status);
}

static _Noreturn void live_as_child(struct world *world, int go, int result)
{
    char began;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    must_read(go, &began, 1);
    world->sum = 0;
    see_everything(world);
    /* On with it: the child receives, copies and changes, too, but leaves its parent's streams alone. */
    for (int i = 0; i < 3; i++) {
        op_end_of_stream(world);
        op_copy(world);
        op_overwrite(world);
    }
    see_everything(world);
    _exit(write(result, &world->sum, sizeof world->sum) == sizeof world->sum ? 7 : 8);
}

void op_fork(struct world *world)
{
    int go[2], result[2];
    uint64_t sum;
    if (pipe2(go, O_CLOEXEC) < 0 || pipe2(result, O_CLOEXEC) < 0) fail("pipe2");
    fflush(world->output);
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) live_as_child(world, go[0], result[1]);
    for (int i = 0; i < 3; i++) {
        op_overwrite(world);
        op_chain(world);
    }
    if (write(go[1], "g", 1) != 1) fail("write");
    must_read(result[0], &sum, sizeof sum);
    see_number(world, sum);
    see_exit(world, child);
    for (int i = 0; i < 2; i++) {
        close(go[i]);
        close(result[i]);
    }
}

void op_spawn(struct world *world)
{
    static char program[] = "/bin/true";
    char *arguments[] = { program, NULL };
    pid_t child;
    if (posix_spawn(&child, program, NULL, NULL, arguments, environ) != 0) fail("posix_spawn");
    see_exit(world, child);
}
