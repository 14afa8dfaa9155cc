namespace Pkv.Ycsb.Generators;

/// <summary>Always the same.</summary>
internal sealed class ConstantGenerator(long value) : INumberGenerator
{
    public long Next() => value;
}
