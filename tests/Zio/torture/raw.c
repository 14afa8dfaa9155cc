/*
 * System calls on buffers that pass by every interposer: what the kernel reads and writes for them must be what the
 * program would.
 */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PIPE_BYTES = 16 * PAGE };

static size_t at_most(size_t size, size_t limit) { return size < limit ? size : limit; }

/* Pages handed to a pipe, and read from it before anybody changes them. */
void op_vmsplice(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    int ends[2];
    if (pipe(ends) < 0) fail("pipe");
    for (size_t done = 0; done < range.size;) {
        struct iovec vector = { range.at + done, at_most(range.size - done, PIPE_BYTES - PAGE) };
        ssize_t given = vmsplice(ends[1], &vector, 1, 0);
        if (given < 0 && errno == EINTR) continue;
        if (given <= 0) fail("vmsplice");
        for (size_t taken = 0; taken < (size_t)given;) {
            size_t piece = at_most((size_t)given - taken, SCRATCH_BYTES);
            ssize_t received = read(ends[0], world->scratch, piece);
            if (received < 0 && errno == EINTR) continue;
            if (received != (ssize_t)piece) fail("read of a pipe");
            see(world, world->scratch, piece);
            taken += piece;
        }
        done += (size_t)given;
    }
    close(ends[0]);
    close(ends[1]);
}

void op_process_vm(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    int writes = one_in(world, 3);
    for (size_t done = 0; done < range.size; done += SCRATCH_BYTES) {
        size_t piece = at_most(range.size - done, SCRATCH_BYTES);
        struct iovec own = { world->scratch, piece }, theirs = { range.at + done, piece };
        ssize_t moved = writes ? process_vm_writev(getpid(), &own, 1, &theirs, 1, 0) : process_vm_readv(getpid(), &own, 1, &theirs, 1, 0);
        /* A sandbox may refuse it, then for both runs. */
        if (moved < 0 && (errno == EPERM || errno == ENOSYS)) return;
        if (moved != (ssize_t)piece) fail("process_vm");
        if (!writes) see(world, world->scratch, piece);
    }
}

static void open_ring(struct world *world)
{
    struct io_uring_params params = { 0 };
    world->ring_state = -1;
    world->ring = (int)syscall(SYS_io_uring_setup, 4, &params);
    if (world->ring < 0 || !(params.features & IORING_FEAT_SINGLE_MMAP)) return;
    size_t size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    size_t other = params.sq_off.array + params.sq_entries * sizeof(unsigned);
    unsigned char *rings = mmap(NULL, size > other ? size : other, PROT_READ | PROT_WRITE, MAP_SHARED, world->ring, IORING_OFF_SQ_RING);
    void *requests = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, world->ring, IORING_OFF_SQES);
    if (rings == MAP_FAILED || requests == MAP_FAILED) fail("mmap of io_uring");
    world->ring_memory = rings;
    world->ring_requests = requests;
    world->ring_state = 1;
    /* One request at a time: whatever the index, it is request 0. */
    unsigned *array = (unsigned *)(rings + params.sq_off.array);
    for (unsigned i = 0; i < params.sq_entries; i++) array[i] = 0;
    world->ring_offsets[0] = params.sq_off.tail;
    world->ring_offsets[1] = params.cq_off.head;
    world->ring_offsets[2] = params.cq_off.tail;
    world->ring_offsets[3] = params.cq_off.ring_mask;
    world->ring_offsets[4] = params.cq_off.cqes;
}

/* Submits one request and waits for it. */
static int run_request(struct world *world, const struct io_uring_sqe *request)
{
    unsigned char *rings = world->ring_memory;
    unsigned *tail = (unsigned *)(rings + world->ring_offsets[0]), *head = (unsigned *)(rings + world->ring_offsets[1]);
    unsigned *done = (unsigned *)(rings + world->ring_offsets[2]), mask = *(unsigned *)(rings + world->ring_offsets[3]);
    struct io_uring_cqe *results = (struct io_uring_cqe *)(rings + world->ring_offsets[4]);
    *(struct io_uring_sqe *)world->ring_requests = *request;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    for (unsigned to_submit = 1; __atomic_load_n(done, __ATOMIC_ACQUIRE) == *head;) {
        long submitted = syscall(SYS_io_uring_enter, world->ring, to_submit, 1, IORING_ENTER_GETEVENTS, NULL, 0);
        if (submitted > 0) to_submit = 0;
        else if (submitted < 0 && errno != EINTR) fail("io_uring_enter");
    }
    int result = results[*head & mask].res;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

void op_uring(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    unsigned char drawn = (unsigned char)below(world, 4), is_by_worker = (unsigned char)one_in(world, 3);
    off_t from = (off_t)below(world, BUFFER_BYTES_MAX);
    if (world->ring_state == 0) open_ring(world);
    if (world->ring_state < 0) return;
    for (size_t moved = 0; moved < range.size;) {
        static const unsigned char codes[] = { IORING_OP_WRITE, IORING_OP_READ, IORING_OP_SEND, IORING_OP_RECV };
        struct io_uring_sqe request = {
            .opcode = codes[drawn], .fd = drawn < 2 ? world->file : drawn == 2 ? world->out : world->in,
            .addr = (uint64_t)(uintptr_t)(range.at + moved), .len = (unsigned)(range.size - moved),
            .off = drawn < 2 ? (uint64_t)from + moved : 0, .flags = is_by_worker ? IOSQE_ASYNC : 0,
        };
        int result = run_request(world, &request);
        /* Cancelled: while signals keep coming the kernel may fail to make a worker for it, and has not begun. */
        if (result <= 0 && result != -EINTR && result != -EAGAIN && result != -ECANCELED) {
            errno = -result;
            fail("io_uring");
        }
        if (result > 0) moved += (size_t)result;
    }
    if (drawn == 0) read_back(world, world->file, from, range.size);
}
