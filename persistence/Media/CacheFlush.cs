using System.Runtime.Intrinsics.X86;
using Pkv.Linux;

namespace Pkv.Persistence.Media;

/// <summary>
/// Cache-line write-back for media that are ordinary mappings. .NET has no intrinsic for CLWB, and the default build must
/// need only the SDK, so the loop is thirteen bytes of machine code in a separate page. Source: Intel SDM vol. 2A,
/// CLWB/CLFLUSHOPT (66 0F AE /6, 66 0F AE /7), CLFLUSH (0F AE /7).
/// </summary>
internal static unsafe class CacheFlush
{
    private const int LineBytes = 64;

    private static readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void> Loop = Build(out InstructionName);

    /// <summary>CLWB, CLFLUSHOPT, CLFLUSH, or "none" where the processor has none of them.</summary>
    public static readonly string InstructionName;

    // A call without a GC transition must be short: 4 KiB of lines take about a microsecond.
    private const int BytesPerCall = 16 * 1024;

    /// <summary>Writes the lines that hold [start, start + bytes) back to memory, unordered.</summary>
    public static void WriteBack(byte* start, nuint bytes)
    {
        if (Loop == null || bytes == 0)
            return;
        byte* line = (byte*)((nuint)start & ~(nuint)(LineBytes - 1));
        byte* end = start + bytes;
        while (line < end)
        {
            byte* stop = (nuint)(end - line) > BytesPerCall ? line + BytesPerCall : end;
            Loop(line, stop);
            line = line + ((nuint)(stop - line) + LineBytes - 1 & ~(nuint)(LineBytes - 1));
        }
    }

    private static delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void> Build(out string name)
    {
        name = "none";
        if (!X86Base.IsSupported || !Environment.Is64BitProcess)
            return null;
        int features = X86Base.CpuId(7, 0).Ebx;
        byte[] instruction;
        if ((features & 1 << 24) != 0)
            (name, instruction) = ("CLWB", [0x66, 0x0F, 0xAE, 0x37]);
        else if ((features & 1 << 23) != 0)
            (name, instruction) = ("CLFLUSHOPT", [0x66, 0x0F, 0xAE, 0x3F]);
        else
            (name, instruction) = ("CLFLUSH", [0x3E, 0x0F, 0xAE, 0x3F]);

        nint page = MemoryCalls.Mmap(0, 4096, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, 0x22 /* private, anonymous */, -1, 0);
        if (page == MemoryCalls.MapFailed)
        {
            name = "none";
            return null;
        }
        // loop: <flush> [rdi]; add rdi, 64; cmp rdi, rsi; jb loop; ret
        ReadOnlySpan<byte> rest = [0x48, 0x83, 0xC7, 0x40, 0x48, 0x39, 0xF7, 0x72, 0xF3, 0xC3];
        Span<byte> code = new((void*)page, 4096);
        instruction.CopyTo(code);
        rest.CopyTo(code[instruction.Length..]);
        if (MemoryCalls.Mprotect(page, 4096, MemoryCalls.ProtRead | 4 /* exec */) != 0)
        {
            name = "none";
            return null;
        }
        return (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, void>)page;
    }
}
