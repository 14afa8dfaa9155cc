namespace Pkv.Zio.Preload;

/// <summary>
/// Where the content of tracked pages is, and who keeps it there: what the two engines do differently. The page table, the copies, the
/// gathered sends and the touches are the same for both. One is chosen at the start, for the life of the process. Under the engine's
/// lock, like everything here.
/// </summary>
internal abstract unsafe class Engine
{
    /// <summary>The one that was chosen.</summary>
    public static Engine Current { get; private set; } = null!;

    /// <summary>False: the kernel gives no memory for it.</summary>
    public static bool Start(Engine chosen, ulong vaultBytes, Counters* counters)
    {
        Current = chosen;
        return chosen.Start(vaultBytes, counters);
    }

    /// <summary>A leaf of the page table is made. False: no memory for what the engine must note beside it.</summary>
    public abstract bool PrepareLeaf(ulong top);

    /// <summary>Lays out where the kernel shall write. False: where the program said, as without a library.</summary>
    public abstract bool BeginReceive(Receive* receive);

    /// <summary>The kernel wrote so many bytes.</summary>
    public abstract void EndReceive(Receive* receive, ulong received);

    /// <summary>What <see cref="EndReceive"/> listed to be copied was copied.</summary>
    public abstract void EndLateCopies(Receive* receive);

    /// <summary>The call site that received what is there.</summary>
    public abstract ushort SiteOf(ulong content);

    /// <summary>Content that another page is about to refer to, besides whoever has it already. False: it cannot be kept.</summary>
    public abstract bool Lend(ulong content, ulong bytes);

    /// <summary>So many pages refer to what is there, one behind the other.</summary>
    public abstract void Refer(ulong page, ulong content, ulong pages);

    /// <summary>Undoes <see cref="Refer"/>.</summary>
    public abstract void LetGo(ulong page, ulong content, ulong pages);

    /// <summary>
    /// Bytes of filled pages in a run that pay the system call which empties them, and those that fill them when they are wanted again.
    /// Shorter ones are copied to.
    /// </summary>
    public abstract ulong LeastEmptied { get; }

    /// <summary>Does content stay readable when the page that referred to it is overwritten?</summary>
    public abstract bool KeepsOverwritten { get; }

    /// <summary>Content stays what it is, and where it is, for a slice or a send that is made once the lock is free.</summary>
    public abstract void Hold(ulong content, ulong bytes);

    /// <summary>Ends <see cref="Hold"/>.</summary>
    public abstract void Drop(ulong content, ulong bytes);

    /// <summary>The lock is about to be left: slices whose source cannot be held are copied now.</summary>
    public abstract void CopyHeld(Copy* copy);

    /// <summary>Untracked bytes of the program's are about to be sent, with others that are held.</summary>
    public abstract void Expose(ulong start, ulong bytes);

    /// <summary>These bytes are about to be written over: nothing may depend on them, and whole pages lose their content.</summary>
    public abstract void Overwrite(ulong start, ulong bytes);

    /// <summary>These bytes are the program's from now on, with what is in them: nothing depends on them any more.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="present">What the pages are then: <see cref="PageTable.Resident"/> or <see cref="PageTable.Filled"/>.</param>
    public abstract void Vacate(ulong start, ulong bytes, ulong present);

    /// <summary>
    /// The program's page must be free to be written to while the lock's holder stands still: whoever refers to it gets its content
    /// (<see cref="Rescue.Fill"/>), and the page table learns of it later.
    /// </summary>
    public abstract void HandOut(ulong page);

    /// <summary>Once a second.</summary>
    public abstract void Tick();

    protected abstract bool Start(ulong vaultBytes, Counters* counters);
}
