namespace Pkv.Engine.Rdb;

/// <summary>What a type byte stands for, regardless of the encoding.</summary>
public enum RdbKind
{
    /// <summary>No value.</summary>
    None,
    String,
    List,
    Set,
    SortedSet,
    Hash,
    Stream,
    Module,
}
