namespace Pkv.Server.Offline;

/// <summary>Receives an element of a collection, in place.</summary>
public delegate void StoredElementVisitor(in StoredElement element);

/// <summary>
/// An element of a collection in the form in which the creating command has it: field and value, member, score and member,
/// or value.
/// </summary>
public readonly ref struct StoredElement
{
    /// <summary>The field, the score, or all there is.</summary>
    public ReadOnlySpan<byte> First { get; init; }

    /// <summary>The value, or the member after its score; otherwise empty.</summary>
    public ReadOnlySpan<byte> Second { get; init; }

    /// <summary>All of it, framed.</summary>
    public ReadOnlySpan<byte> Frames { get; init; }
}
