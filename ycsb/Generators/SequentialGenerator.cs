namespace Pkv.Ycsb.Generators;

/// <summary>
/// One number after the other from <paramref name="least"/> to <paramref name="most"/>, then again from the start. All
/// clients take from the one <paramref name="drawn"/>, so that together they go through the records once.
/// </summary>
internal sealed class SequentialGenerator(long least, long most, SharedCounter drawn) : INumberGenerator
{
    public long Next() => least + drawn.Next() % (most - least + 1);
}
