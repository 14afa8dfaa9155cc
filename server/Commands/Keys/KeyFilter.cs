using Pkv.Server.Commands.Table.Queries;

namespace Pkv.Server.Commands.Keys;

/// <summary>Which keys a walk tells: those that match a glob pattern and are of the wanted type.</summary>
internal ref struct KeyFilter(ReadOnlySpan<byte> pattern)
{
    private readonly ReadOnlySpan<byte> _pattern = pattern;
    private readonly bool _any = pattern.SequenceEqual("*"u8);

    /// <summary>A type other than string is wanted: there is none.</summary>
    public bool OtherType { get; set; }

    public readonly bool Accepts(ReadOnlySpan<byte> key) => !OtherType && (_any || GlobPattern.IsMatch(_pattern, key));
}
