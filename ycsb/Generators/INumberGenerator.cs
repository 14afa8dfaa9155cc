namespace Pkv.Ycsb.Generators;

/// <summary>Draws numbers by some distribution: of keys, of fields' lengths, of lengths of scans. Not thread-safe; allocates nothing.</summary>
internal interface INumberGenerator
{
    long Next();
}
