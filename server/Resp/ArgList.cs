using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Server.Resp;

/// <summary>A growable list of arguments off the managed heap. One for each I/O thread, used for every command.</summary>
public sealed unsafe class ArgList : IDisposable
{
    private int _capacity = 64;

    public ArgList() => Items = (Arg*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(Arg));

    public Arg* Items { get; private set; }

    public int Count { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte* data, int length, bool framed)
    {
        if (Count == _capacity)
            Grow();
        Arg* arg = Items + Count++;
        arg->Data = data;
        arg->Length = length;
        arg->Framed = framed;
    }

    public void Dispose() => NativeMemory.Free(Items);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        _capacity *= 2;
        Items = (Arg*)NativeMemory.Realloc(Items, (nuint)_capacity * (nuint)sizeof(Arg));
    }
}
