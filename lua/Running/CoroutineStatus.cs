namespace Pkv.Lua;

/// <summary>What a thread is doing.</summary>
internal enum CoroutineStatus
{
    Suspended,
    Running,
    Normal,
    Dead,
}
