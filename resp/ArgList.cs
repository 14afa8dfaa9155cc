using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pkv.Resp;

/// <summary>
/// The arguments of one command, in a growable array off the managed heap that can hold those of many commands
/// one after the other: <see cref="Next"/> begins another one, <see cref="Select"/> goes back to one.
/// </summary>
public sealed unsafe class ArgList : IDisposable
{
    private Arg* _base;
    private int _capacity = 64;

    public ArgList() => _base = (Arg*)NativeMemory.Alloc((nuint)_capacity, (nuint)sizeof(Arg));

    /// <summary>The first argument of the command in view. Moves when the list grows.</summary>
    public Arg* Items
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _base + Start;
    }

    /// <summary>Where the command in view begins.</summary>
    public int Start { get; private set; }

    /// <summary>Arguments of the command in view.</summary>
    public int Count { get; set; }

    /// <summary>Forgets all commands.</summary>
    public void Reset() => Start = Count = 0;

    /// <summary>Begins another command behind the one in view.</summary>
    public void Next()
    {
        Start += Count;
        Count = 0;
    }

    /// <summary>Brings a command into view again.</summary>
    public void Select(int start, int count)
    {
        Start = start;
        Count = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte* data, int length, bool framed)
    {
        if (Start + Count == _capacity)
            Grow();
        Arg* arg = _base + Start + Count++;
        arg->Data = data;
        arg->Length = length;
        arg->Framed = framed;
        arg->Hashed = false;
    }

    public void Dispose()
    {
        NativeMemory.Free(_base);
        _base = null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        _capacity *= 2;
        _base = (Arg*)NativeMemory.Realloc(_base, (nuint)_capacity * (nuint)sizeof(Arg));
    }
}
