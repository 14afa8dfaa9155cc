/*
 * follow MESSAGES: one thread receives and copies so many large messages; another one looks at what was received last; the
 * first goes on for ten times as many; the other does the same for a few. Prints after each how many cores the thread
 * named "zio" may run on (0: there is none), and how many the program may.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 64 << 10 };

static int ends[2], messages;
static char *last;

static void *look(void *nothing)
{
    if (last[SIZE / 2] != 'x') exit(1);
    return nothing;
}

static void *work(void *nothing)
{
    char *sent = aligned_alloc(4096, SIZE), *received = aligned_alloc(4096, SIZE), *copy = aligned_alloc(4096, SIZE);
    last = copy;
    if (sent == NULL || received == NULL || copy == NULL) exit(2);
    memset(sent, 'x', SIZE);
    for (int i = 0; i < messages; i++) {
        for (size_t done = 0; done < SIZE;) {
            ssize_t moved = write(ends[0], sent + done, SIZE - done);
            if (moved <= 0) exit(2);
            done += (size_t)moved;
        }
        if (recv(ends[1], received, SIZE, MSG_WAITALL) != SIZE) exit(2);
        memcpy(copy, received, SIZE);
        if (*copy != 'x') exit(1);
    }
    return nothing;
}

static int cores_of(pid_t thread)
{
    cpu_set_t cores;
    return sched_getaffinity(thread, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : -1;
}

static int cores_of_handler(void)
{
    DIR *threads = opendir("/proc/self/task");
    struct dirent *entry;
    int cores = 0;
    while (threads != NULL && (entry = readdir(threads)) != NULL) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *file = fopen(path, "r");
        if (file == NULL) continue;
        if (fgets(name, sizeof name, file) != NULL && strcmp(name, "zio\n") == 0) cores = cores_of(atoi(entry->d_name));
        fclose(file);
    }
    if (threads != NULL) closedir(threads);
    return cores;
}

static void in_another_thread(void *(*what)(void *))
{
    pthread_t other;
    if (pthread_create(&other, NULL, what, NULL) != 0 || pthread_join(other, NULL) != 0) exit(2);
}

int main(int argc, char **argv)
{
    int space = 4 * SIZE, first = argc == 2 ? atoi(argv[1]) : 0;
    messages = first;
    if (messages <= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) return 2;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &space, sizeof space);
    work(NULL);
    int alone = cores_of_handler();
    in_another_thread(look);
    int looked_at = cores_of_handler();
    messages = 10 * first;
    work(NULL);
    int alone_again = cores_of_handler();
    messages = 8;
    in_another_thread(work);
    printf("%d %d %d %d %d\n", alone, looked_at, alone_again, cores_of_handler(), cores_of(0));
    return 0;
}
