/* Files written from buffers and read into them, by calls and by the C library's streams. */
#define _GNU_SOURCE
#include "world.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Sees what is in the file, by calls below any threshold. */
void read_back(struct world *world, int file, off_t from, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t piece = size - done < SCRATCH_BYTES ? size - done : SCRATCH_BYTES;
        if (pread(file, world->scratch, piece, from + (off_t)done) != (ssize_t)piece) fail("pread");
        see(world, world->scratch, piece);
        done += piece;
    }
}

static void must_move(ssize_t moved, size_t size, const char *what)
{
    if (moved != (ssize_t)size) fail(what);
}

void op_file_write(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    off_t at = (off_t)below(world, BUFFER_BYTES_MAX);
    size_t half = range.size / 2;
    struct iovec vectors[2] = { { range.at, half }, { range.at + half, range.size - half } };
    switch (below(world, 5)) {
    case 0: must_move(pwritev(world->file, vectors, 2, at), range.size, "pwritev"); break;
    case 1:
        if (lseek(world->file, at, SEEK_SET) != at) fail("lseek");
        must_move(write(world->file, range.at, range.size), range.size, "write");
        break;
    case 2:
        if (lseek(world->file, at, SEEK_SET) != at) fail("lseek");
        must_move(writev(world->file, vectors, 2), range.size, "writev");
        break;
    case 3: must_move(syscall(SYS_pwrite64, world->file, range.at, range.size, at), range.size, "SYS_pwrite64"); break;
    default: must_move(pwrite(world->file, range.at, range.size, at), range.size, "pwrite"); break;
    }
    read_back(world, world->file, at, range.size);
}

void op_file_read(struct world *world)
{
    struct range range = some_range(world, some_buffer(world));
    off_t at = (off_t)below(world, BUFFER_BYTES_MAX);
    size_t half = range.size / 2;
    struct iovec vectors[2] = { { range.at, half }, { range.at + half, range.size - half } };
    switch (below(world, 5)) {
    case 0: must_move(preadv(world->file, vectors, 2, at), range.size, "preadv"); break;
    case 1:
        if (lseek(world->file, at, SEEK_SET) != at) fail("lseek");
        must_move(read(world->file, range.at, range.size), range.size, "read");
        break;
    case 2:
        if (lseek(world->file, at, SEEK_SET) != at) fail("lseek");
        must_move(readv(world->file, vectors, 2), range.size, "readv");
        break;
    case 3: must_move(syscall(SYS_pread64, world->file, range.at, range.size, at), range.size, "SYS_pread64"); break;
    default: must_move(pread(world->file, range.at, range.size, at), range.size, "pread"); break;
    }
}

/* The C library's own reads and writes pass by whoever interposes read and write. */
void op_stdio(struct world *world)
{
    struct range range = some_range(world, some_buffer(world)), target = some_range(world, some_buffer(world));
    FILE *stream = fdopen(dup(world->file), "r+");
    if (stream == NULL) fail("fdopen");
    rewind(stream);
    if (fwrite(range.at, 1, range.size, stream) != range.size || fflush(stream) != 0) fail("fwrite");
    if (fseek(stream, (long)below(world, BUFFER_BYTES_MAX), SEEK_SET) != 0) fail("fseek");
    if (fread(target.at, 1, target.size, stream) != target.size) fail("fread");
    fclose(stream);
    read_back(world, world->file, 0, range.size);
}
