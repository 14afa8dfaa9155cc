/*
 * The engine: what the interposers ask (is this memory tracked?), what they call in the C# core, and what the core
 * calls in the kernel through here.
 *
 * Lock order: the engine's one lock is innermost. Whoever holds it touches no memory of the program, allocates
 * nothing from the program's allocator and waits for nobody: the handler thread needs it to end a page fault.
 */
#ifndef ZIO_ENGINE_H
#define ZIO_ENGINE_H

#include "zio.h"

#define ZIO_LEAF_BITS 14                                     /* pages of one leaf: 64 MiB of addresses */
#define ZIO_TOP_BITS (47 - 12 - ZIO_LEAF_BITS)
#define ZIO_FLAG_BITS 8                                      /* below the content's address in an entry */

/* Flags of PageTable.cs. */
#define ZIO_REGISTERED 1
#define ZIO_SETTLED (ZIO_REGISTERED | 4 | 8)                 /* refused, filled */

/* Lives in a page that a forked child finds zeroed: no child ever takes its parent's engine for its own. */
struct zio_live {
    uint32_t active;
    uint32_t forking;       /* forks on their way: no page is taken from the program */
    uint64_t lock;          /* threads.c */
    uint64_t tracked;       /* pages whose content is elsewhere, or may be referred to */
    uint64_t **top;         /* address of a page -> leaf -> entry */
    uint32_t rescued, mended;   /* faults ended without the lock (rescue.c), and those of them that the page table knows of */
    uint64_t ringing;       /* a lock: somebody stands at the doorbell (threads.c), and has asked for this: */
    struct { uint64_t change, start, bytes; uint32_t is_open; } asked;
};

extern struct zio_live *zio_live;
extern int zio_uffd, zio_maps;

/* Where the calling thread stands: in the core its calls find no engine; aloof, it may ask for changes only. */
enum { ZIO_OUTSIDE, ZIO_IN_CORE, ZIO_ALOOF };
extern __thread int zio_inside __attribute__((tls_model("initial-exec")));

static inline int zio_runs(void) { return zio_live->active && zio_inside == ZIO_OUTSIDE; }

/* Must memory that changes hands be made known? */
static inline int zio_minds(void) { return zio_live->active && zio_inside != ZIO_IN_CORE; }

static inline uint64_t zio_entry(uintptr_t address)
{
    if (unlikely(address >> 47 != 0))
        return 0;
    uint64_t *leaf = __atomic_load_n(&zio_live->top[address >> (12 + ZIO_LEAF_BITS)], __ATOMIC_ACQUIRE);
    if (leaf == NULL)
        return 0;
    return __atomic_load_n(&leaf[address >> 12 & ((1u << ZIO_LEAF_BITS) - 1)], __ATOMIC_ACQUIRE);
}

static inline int zio_holds(void)
{
    return zio_runs() && __atomic_load_n(&zio_live->tracked, __ATOMIC_RELAXED) != 0;
}

/* Is any page of this range such that is_such holds for its entry? Lock-free: a race here is a race of the program's own. */
static inline __attribute__((always_inline)) int zio_any(const void *start, size_t bytes, int (*is_such)(uint64_t entry))
{
    uintptr_t page = (uintptr_t)start & ~(ZIO_PAGE - 1), end = (uintptr_t)start + bytes;
    if (bytes == 0)
        return 0;
    for (; page < end; page += ZIO_PAGE)
        if (is_such(zio_entry(page)))
            return 1;
    return 0;
}

static inline int zio_is_tracked(uint64_t entry) { return entry >> ZIO_FLAG_BITS != 0; }

static inline int zio_is_faulting(uint64_t entry) { return zio_is_tracked(entry) || entry == ZIO_REGISTERED; }

static inline int zio_is_unsettled(uint64_t entry) { return (entry & ~(uint64_t)ZIO_SETTLED) != 0; }

/* Is any page of this range tracked: its content is elsewhere, or may be referred to? */
static inline int zio_tracks(const void *start, size_t bytes) { return zio_holds() && zio_any(start, bytes, zio_is_tracked); }

static inline int zio_tracks_parts(const struct iovec *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zio_tracks(parts[i].iov_base, parts[i].iov_len))
            return 1;
    return 0;
}

/* Would the program fault on any page of this range: tracked, or registered and empty? */
static inline int zio_faults(const void *start, size_t bytes) { return zio_runs() && zio_any(start, bytes, zio_is_faulting); }

/* Would a release that keeps pages registered change anything of this range? */
static inline int zio_must_forget(const void *start, size_t bytes) { return zio_any(start, bytes, zio_is_unsettled); }

/* Is any page of this range known to the engine: tracked, or only registered with userfaultfd? */
static inline int zio_knows(const void *start, size_t bytes)
{
    if (!zio_minds() || bytes == 0)
        return 0;
    uintptr_t page = (uintptr_t)start & ~(ZIO_PAGE - 1), end = (uintptr_t)start + bytes;
    while (page < end) {
        if (page >> 47 != 0)
            return 0;
        if (zio_live->top[page >> (12 + ZIO_LEAF_BITS)] == NULL) {
            page = ((page >> (12 + ZIO_LEAF_BITS)) + 1) << (12 + ZIO_LEAF_BITS);
            continue;
        }
        if (zio_entry(page) != 0)
            return 1;
        page += ZIO_PAGE;
    }
    return 0;
}

#define ZIO_PIECES 64

/* A receive on its way: pieces of the program's buffers, each with the place where the kernel shall write it. */
struct zio_piece {
    uintptr_t program;      /* where the program wants the bytes */
    uintptr_t vault;        /* where they go meanwhile; 0: straight to the program */
    size_t bytes;
    uint64_t reserved;      /* 1: vault pages taken for this receive; 0: a vault page written in place */
};

struct zio_receive {
    const struct iovec *user;
    uint64_t user_count;
    uintptr_t site;         /* return address of the call */
    uint64_t piece_count;
    uint64_t chunk_count;
    struct zio_piece pieces[ZIO_PIECES];
    struct iovec out[ZIO_PIECES];
    uint32_t chunks[ZIO_PIECES];
    struct iovec late[ZIO_PIECES];      /* vault memory that must be copied to the program after all ... */
    uintptr_t late_target[ZIO_PIECES];  /* ... and where to */
    uint64_t late_count;
};

#define ZIO_GATHER 256

/* A send, write or copy source: the program's bytes, or where they are in the vault, which stays pinned. */
struct zio_gather {
    const struct iovec *user;
    uint64_t user_count;
    uint64_t count;
    uint64_t pinned_bytes;
    struct iovec out[ZIO_GATHER];
    uint8_t pinned[ZIO_GATHER];
};

#define ZIO_SLICES 64

/* What of a copy must be copied by hand. */
struct zio_slice { uintptr_t target, source; uint64_t bytes, pinned; };

struct zio_copy {
    uintptr_t target, source;
    uint64_t bytes;
    uint64_t count;
    uint64_t pinned;        /* some source is vault memory, held until core_copy_end */
    struct zio_slice slices[ZIO_SLICES];
};

/* The C# core; called between zio_enter and zio_leave only. */
int core_start(struct zio_live *live, struct zio_counters *counters, uint64_t vault_max, int always_elide, int is_published);
void core_attach(void);                                         /* once in each thread, without the lock */
int core_receive_begin(struct zio_receive *receive);            /* 0: receive as if there were no engine */
void core_receive_end(struct zio_receive *receive, int64_t received);   /* -1: after the late copies */
int core_copy_begin(struct zio_copy *copy);                     /* 0: an ordinary copy does it */
void core_copy_end(struct zio_copy *copy);
int core_gather(struct zio_gather *gather);                     /* 0: nothing in the vault, or brought back */
void core_gather_end(struct zio_gather *gather);
void core_resolve(uintptr_t start, uint64_t bytes);             /* brings back whatever overlaps the range */
void core_release(uintptr_t start, uint64_t bytes, int unregister); /* forgets the pages wholly inside */
void core_resolve_all(void);
void core_fault(uintptr_t address);
void core_rescue(uintptr_t address);                            /* without the lock: its holder stands still at this page */
void core_mend(void);
void core_tick(void);

/*
 * The way into the core and out: the lock, with no signal handler in between, and errno as it was. The calls that the
 * core's own runtime makes meanwhile find the engine not there. Not for aloof threads, nor from within an allocator.
 */
void zio_enter(void);
void zio_leave(void);

/* The lock alone, for what the core has no part in; for any thread. */
void zio_lock(void);
void zio_unlock(void);

/* The same, unless it takes longer. 0: it is not had. */
int zio_lock_within(long nanoseconds);

/* Another value each time that a thread takes the lock; of the thread, its number in the kernel, 0 for none. */
uint64_t zio_holding(void);
static inline pid_t zio_thread_of(uint64_t holding) { return (pid_t)(uint32_t)holding; }

/* A forked child's thread has another number. */
void zio_renumber(void);

/* A page fault that was read, and the thread that waits at it. */
struct zio_fault { uintptr_t address; pid_t thread; };

/* Reads a fault and queues it, or ends it at once if it is that of the lock's holder. 0: there is none, or no room. */
int zio_sort_fault(void);

/* Takes a fault from the queue. 0: it is empty. */
int zio_next_fault(struct zio_fault *fault);
int zio_has_faults(void);

/* The handler's way into the core: zio_leave is the way out. */
void zio_enter_as_handler(void);

/* Before there are faults. */
void zio_begin_faults(void);

/* Returns once the handler uses no descriptor that it found in zio_uffd before. */
void zio_await_descriptor(void);

/* With the lock: the page table learns of faults that were ended without it. */
static inline void zio_mend(void)
{
    if (unlikely(__atomic_load_n(&zio_live->rescued, __ATOMIC_ACQUIRE) != zio_live->mended))
        core_mend();
}

/* The calling thread's introduction to the core's runtime, which may use the program's allocator for it. */
void zio_meet(void);

/* The handler thread keeps to the core of the one that enters: see follow.c. From and fault are called by the handler. */
void zio_follow_from(void);
void zio_follow(void);
void zio_follow_fault(pid_t thread);

/* What changes with memory: it is no longer wanted, its pages may stay registered or not; or it stays and moves. */
enum zio_change { ZIO_RELEASE_KEEP, ZIO_RELEASE, ZIO_SETTLE, ZIO_FORK };

/*
 * Makes a change known, from any thread and any place. may_meet: the caller is not within an allocator, so that a
 * thread that is new to the core may be introduced to it.
 */
void zio_change(enum zio_change change, uintptr_t start, uint64_t bytes, int may_meet);

/* For threads that may not enter: see threads.c. */
int zio_hang_doorbell(void);
int zio_answers(uintptr_t fault);

/* One word that is set once. */
void zio_wake_all(uint32_t *word);
void zio_await(uint32_t *word);

/* Zeroed address space of the engine's own, backed on touch; NULL when there is none. */
void *zio_map(uint64_t bytes);

/* Ends the faults of a page that is registered but has nothing in the vault: it is zeros. */
void zio_zero(uintptr_t page);

/* Notes the calling thread's stack, which is never adopted; before the lock is taken. */
void zio_note_stack(void);

/* Is any of it a stack? */
int zio_is_stack(uintptr_t start, uintptr_t end);

/* Starts the engine once; afterwards, whether it runs. */
int zio_start(void);

#endif
