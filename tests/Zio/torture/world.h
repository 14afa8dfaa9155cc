/*
 * What the parts of the torture program share. A world is everything that one thread works with: its buffers, the socket
 * that it receives from, the socket that it sends to, its drawn numbers and the checksum of all that it saw. Worlds
 * share nothing, so several can run at once and each still comes to the same sum.
 *
 * Everything that goes into the checksum depends on the seed alone: never on how many bytes a call happened to move, and
 * never on memory that the program did not define.
 */
#ifndef TORTURE_WORLD_H
#define TORTURE_WORLD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { PAGE = 4096, BUFFERS = 14, STATICS = 2, STATIC_BYTES = 384 * 1024, BUFFER_BYTES_MAX = 768 * 1024, SCRATCH_BYTES = 2048 };

enum kind { FROM_MALLOC, FROM_ALIGNED, FROM_MMAP, FROM_SHARED, FROM_STATIC };

struct buffer {
    unsigned char *at;
    size_t size;
    enum kind kind;
    int file;      /* of FROM_SHARED: the memfd that the memory is a view of */
    int is_pieced; /* may be several mappings by now, which the kernel would not move as one */
};

struct range {
    unsigned char *at;
    size_t size;
};

/*
 * Where in its page an address of a buffer is, as the draw of ranges takes it: of malloc's memory, where large blocks
 * begin as a rule. Where a block really is depends on more than the seed.
 */
size_t phase_of(const struct buffer *buffer, const unsigned char *at);

struct world {
    uint64_t random, sum;
    long step;
    FILE *output;
    struct buffer buffers[BUFFERS];
    int in, out, sink_result, file;
    pid_t feeder, sink;
    int ring_state; /* of io_uring: 0 not tried, 1 usable, -1 refused */
    int ring;
    unsigned ring_offsets[5];
    void *ring_memory, *ring_requests;
    unsigned char scratch[SCRATCH_BYTES]; /* below any threshold: what is moved through it is moved by the kernel's book */
};

/* main.c */
_Noreturn void fail(const char *what);
uint64_t draw_from(uint64_t *state);
uint64_t draw(struct world *world);
size_t below(struct world *world, size_t limit);
int one_in(struct world *world, int n);
uint64_t hash(uint64_t sum, const void *bytes, size_t size);
void see(struct world *world, const void *bytes, size_t size);
void see_number(struct world *world, uint64_t number);
void see_everything(struct world *world);

/* buffers.c */
struct buffer *some_buffer(struct world *world);
struct range some_range(struct world *world, const struct buffer *buffer);
struct range some_pages(struct world *world, const struct buffer *buffer);
void new_buffer(struct world *world, struct buffer *buffer);
void op_replace(struct world *world);
void op_realloc(struct world *world);
void op_remap(struct world *world);
void op_map_over(struct world *world);
void op_advise(struct world *world);
void op_protect(struct world *world);
void op_stack(struct world *world);

/* copies.c */
void op_copy(struct world *world);
void op_chain(struct world *world);
void op_overlap(struct world *world);
void op_overwrite(struct world *world);
void op_look(struct world *world);

/* streams.c */
void make_pair(int fds[2], int is_tcp);
void open_streams(struct world *world, int is_tcp);
void close_streams(struct world *world);

/* receive.c, send.c */
void receive(struct world *world, struct range range);
void op_receive(struct world *world);
void op_peek(struct world *world);
void op_packet(struct world *world);
void op_end_of_stream(struct world *world);
void op_errors(struct world *world);
void send_range(struct world *world, struct range range);
void op_send(struct world *world);
void op_gather(struct world *world);

/* files.c */
void read_back(struct world *world, int file, off_t from, size_t size);
void op_file_write(struct world *world);
void op_file_read(struct world *world);
void op_stdio(struct world *world);

/* raw.c: system calls that no libc wrapper makes */
void op_vmsplice(struct world *world);
void op_process_vm(struct world *world);
void op_uring(struct world *world);

/* processes.c */
void op_fork(struct world *world);
void op_spawn(struct world *world);

/* shared.c */
void torture_shared(struct world *world, long rounds);

#endif
