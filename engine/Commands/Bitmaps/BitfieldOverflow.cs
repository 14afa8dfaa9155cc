namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>What BITFIELD does with numbers that do not fit (OVERFLOW).</summary>
internal enum BitfieldOverflow
{
    /// <summary>WRAP: keeps the lowest bits.</summary>
    Wrap,

    /// <summary>SAT: keeps the nearest number that fits.</summary>
    Saturate,

    /// <summary>FAIL: stores nothing and answers nil.</summary>
    Fail,
}
