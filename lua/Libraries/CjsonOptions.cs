namespace Pkv.Lua;

/// <summary>What cjson's configuring functions set, for all scripts of a state.</summary>
internal sealed class CjsonOptions
{
    public int EncodeMaxDepth = 1000;
    public int DecodeMaxDepth = 1000;
    public int SparseConvert;
    public int SparseRatio = 2;
    public int SparseSafe = 10;
    public int NumberPrecision = 14;

    /// <summary>What NaN and infinities become: 0 an error, 1 what printf says, 2 null.</summary>
    public int EncodeInvalidNumbers;

    public int DecodeInvalidNumbers = 1;
    public int KeepBuffer = 1;
}
