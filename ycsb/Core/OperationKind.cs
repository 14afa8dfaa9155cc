namespace Pkv.Ycsb.Core;

/// <summary>What CoreWorkload does to records. It never deletes.</summary>
internal enum OperationKind
{
    Read,
    Update,
    Insert,
    Scan,
    ReadModifyWrite,
}
