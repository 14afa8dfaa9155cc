/*
 * userfaultfd as both parts of this program use it, with what is newer than some distributions' headers.
 */
#ifndef FAULTS_USERFAULT_H
#define FAULTS_USERFAULT_H

#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* linux/userfaultfd.h of 6.8. */
#ifndef UFFD_FEATURE_MOVE
#define UFFD_FEATURE_MOVE (1 << 16)
struct uffdio_move { uint64_t dst, src, len, mode; int64_t move; };
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif

#define PAGE 4096ul

/* How a page gets its content. */
enum way { BY_COPY, BY_MOVE, BY_CONTINUE };

/* A descriptor with these features, or -1 and errno. */
int open_userfault(uint64_t features);

int register_range(int userfault, void *start, size_t bytes, uint64_t mode);

/* Gives whole pages their content, or takes it where it is (BY_CONTINUE); wakes who waits. 0, or -1 and errno. */
int fill(int userfault, enum way way, uintptr_t target, uintptr_t source, size_t bytes);

/* Anonymous, private, of ordinary pages, empty. */
void *map_private(size_t bytes);

/* Ends the program with 3, and says why: the kernel does not allow it, or does not have it. */
void refuse(const char *what);

/* Ends the program with 1: something that must work did not. */
void fail(const char *what);

/* The thread that fills pages for others. */
void start_handler(int userfault, enum way way, uintptr_t target, uintptr_t source, size_t bytes, int core);

/* To a core; negative: to any that the program was started on. */
void pin(int core);

/* The program's second half, "faults facts": what userfaultfd does at its edges, one line each. */
int print_facts(void);

#endif
