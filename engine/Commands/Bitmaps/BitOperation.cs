namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>What BITOP does with its strings.</summary>
public enum BitOperation
{
#pragma warning disable CS1591 // Each member is the operation of that name.
    And,
    Or,
    Xor,
    Not,
#pragma warning restore CS1591
}
