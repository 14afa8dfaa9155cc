using System.Text;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>Which keys a walk returns: those that match a glob pattern and have the wanted type.</summary>
internal ref struct KeyFilter(ReadOnlySpan<byte> pattern)
{
    private readonly ReadOnlySpan<byte> _pattern = pattern;
    private readonly bool _any = pattern.SequenceEqual("*"u8);
    private ReadOnlySpan<byte> _type;
    private bool _anyType = true;

    /// <summary>The name of the only type that is wanted, in any case; one that is not known has no keys.</summary>
    public ReadOnlySpan<byte> Type
    {
        set
        {
            _type = value;
            _anyType = false;
        }
    }

    /// <summary>The same but for the pattern.</summary>
    public readonly KeyFilter With(ReadOnlySpan<byte> pattern) => new(pattern) { _type = _type, _anyType = _anyType };

    public readonly bool Accepts(ReadOnlySpan<byte> key, ValueKind kind) =>
        (_anyType || Ascii.EqualsIgnoreCase(_type, ValueTypes.NameOf(kind))) && (_any || GlobPattern.IsMatch(_pattern, key));
}
