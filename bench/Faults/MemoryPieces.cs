using System.Diagnostics;
using Pkv.Bench.Native;

namespace Pkv.Bench.Faults;

/// <summary>
/// The system calls and copies that an engine is made of, each timed by itself over many buffers, which take turns as messages of
/// many connections do: what is "out of cache" was driven out before. Private, anonymous memory of ordinary pages.
/// </summary>
internal sealed unsafe class MemoryPieces : IDisposable
{
    // More than a piece, so that ranges never meet: neighbours that are registered would be joined.
    private const int StepBytes = 1 << 20;
    private const long EvictingBytes = 64 << 20;

    private readonly int _times;
    private readonly Userfaultfd? _userfaultfd;
    private readonly List<NativeBuffer> _areas = [];
    private readonly nint _source, _target, _filled, _protected, _registered, _evicting;
    private readonly IReadOnlyList<Piece> _pieces;

    /// <param name="userfaultfd">Null where it is not to be had: its pieces are left out.</param>
    /// <param name="times">Buffers, each used once in a round.</param>
    public MemoryPieces(Userfaultfd? userfaultfd, int times)
    {
        (_userfaultfd, _times) = (userfaultfd, times);
        _source = Area(times * (long)StepBytes);
        _target = Area(times * (long)StepBytes);
        _filled = Area(times * (long)StepBytes);
        _protected = Area(times * (long)StepBytes);
        _registered = Area(times * (long)StepBytes);
        _evicting = Area(EvictingBytes);
        userfaultfd?.Register(_filled, times * (long)StepBytes, Userfaultfd.ForMissing);
        userfaultfd?.Register(_protected, times * (long)StepBytes, Userfaultfd.ForWrites);
        _pieces = [.. Copies(), .. userfaultfd == null ? [] : Requests(userfaultfd)];
    }

    /// <summary>Titles in the order of the table.</summary>
    public IReadOnlyList<string> Titles => [.. _pieces.Select(p => p.Title)];

    /// <summary>One round of every piece at one size.</summary>
    public IEnumerable<(string Title, double Nanoseconds)> Measure(int bytes) => _pieces.Select(piece => (piece.Title, Time(piece, bytes)));

    /// <summary>One round of memcpy, in cache or out of it.</summary>
    public double MeasureCopy(int bytes, bool inCache) => Time(_pieces[inCache ? 0 : 1], bytes);

    public void Dispose()
    {
        foreach (NativeBuffer area in _areas) area.Dispose();
    }

    // Offsets are those of a buffer in its area.
    private IEnumerable<Piece> Copies()
    {
        yield return new Piece("`memcpy`, in cache", IsCold: false, (_, bytes) => Copy(0, bytes), (_, bytes) => Copy(0, bytes));
        yield return new Piece("`memcpy`, out of cache", IsCold: true, Copy, Copy);
        yield return new Piece("first touch of fresh memory", IsCold: false, (at, bytes) => Drop(_target + at, bytes), (at, bytes) => Touch(_target + at, bytes));
        yield return new Piece("`MADV_DONTNEED` of populated pages", IsCold: false, (at, bytes) => Touch(_target + at, bytes), (at, bytes) => Drop(_target + at, bytes));
    }

    private IEnumerable<Piece> Requests(Userfaultfd fd)
    {
        void Ready(nint at, int bytes)
        {
            Touch(_source + at, bytes);
            Drop(_filled + at, bytes);
        }
        yield return new Piece("`UFFDIO_WRITEPROTECT` on", false, (at, bytes) => fd.Protect(_protected + at, bytes, false), (at, bytes) => fd.Protect(_protected + at, bytes, true));
        yield return new Piece("`UFFDIO_WRITEPROTECT` off", false, (at, bytes) => fd.Protect(_protected + at, bytes, true), (at, bytes) => fd.Protect(_protected + at, bytes, false));
        yield return new Piece("`UFFDIO_REGISTER`", false, (_, _) => { }, (at, bytes) => fd.Register(_registered + at, bytes, Userfaultfd.ForMissing), (at, bytes) => fd.Unregister(_registered + at, bytes));
        yield return new Piece("`UFFDIO_UNREGISTER`", false, (at, bytes) => fd.Register(_registered + at, bytes, Userfaultfd.ForMissing), (at, bytes) => fd.Unregister(_registered + at, bytes));
        yield return new Piece("`UFFDIO_COPY`, nobody waits", true, Ready, (at, bytes) => fd.Copy(_filled + at, _source + at, bytes));
        if (fd.CanMove)
            yield return new Piece("`UFFDIO_MOVE`, nobody waits", true, Ready, (at, bytes) => fd.Move(_filled + at, _source + at, bytes), (at, bytes) => Touch(_source + at, bytes));
    }

    private double Time(Piece piece, int bytes)
    {
        int step = Math.Max(bytes, StepBytes), times = (int)Math.Min(_times, (long)_times * StepBytes / step);
        for (int i = 0; i < times; i++) piece.Prepare((nint)i * step, bytes);
        if (piece.IsCold) Evict();
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++) piece.Run((nint)i * step, bytes);
        double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds / times;
        for (int i = 0; i < times; i++) piece.CleanUp?.Invoke((nint)i * step, bytes);
        return nanoseconds;
    }

    private nint Area(long bytes)
    {
        NativeBuffer area = new(bytes);
        _areas.Add(area);
        // A huge page would be touched, dropped and protected as one.
        _ = MemoryMap.Advise(area.Address, (nuint)area.Length, MemoryMap.AdviseNoHugePage);
        return (nint)area.Address;
    }

    private void Copy(nint at, int bytes) => Buffer.MemoryCopy((void*)(_source + at), (void*)(_target + at), bytes, bytes);

    private void Evict() => Touch(_evicting, EvictingBytes, 64);

    private static void Touch(nint start, long bytes, int step = FaultsOptions.PageBytes)
    {
        for (nint at = start; at < start + (nint)bytes; at += step) Volatile.Write(ref *(byte*)at, 1);
    }

    private static void Drop(nint start, int bytes)
    {
        if (MemoryMap.Advise((void*)start, (nuint)bytes, MemoryMap.AdviseDontNeed) != 0) throw Libc.Failure("madvise");
    }

    /// <param name="Title">For the table.</param>
    /// <param name="IsCold">The cache holds other things when it begins.</param>
    /// <param name="Prepare">Untimed, for every buffer before the first is timed.</param>
    /// <param name="Run">Timed.</param>
    /// <param name="CleanUp">Untimed, afterwards.</param>
    private sealed record Piece(string Title, bool IsCold, Action<nint, int> Prepare, Action<nint, int> Run, Action<nint, int>? CleanUp = null);
}
