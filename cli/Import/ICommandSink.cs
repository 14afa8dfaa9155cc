using Pkv.Resp;


namespace Pkv.Cli.Import;

/// <summary>Where the commands of a file go. Arguments are valid during the call.</summary>
internal interface ICommandSink
{
    /// <summary>What follows is about this database.</summary>
    void Select(int database);

    /// <summary>
    /// A snapshot holds this key: whether its commands are wanted. <paramref name="command"/>: the one that makes it; null
    /// where there is none.
    /// </summary>
    /// <param name="type">As Redis names it.</param>
    /// <param name="expiryMs">Unix ms, or -1.</param>
    bool BeginKey(string type, string? command, ReadOnlySpan<byte> key, long expiryMs);

    /// <summary>A command that makes (a part of) the key begun last.</summary>
    void Make(ArgList args);

    /// <summary>A command of a log, unchanged, including SELECT.</summary>
    void Replay(ArgList args);

    /// <summary>Something in the file that is not imported, such as "function libraries": counted and reported once.</summary>
    /// <param name="what">In the plural.</param>
    /// <param name="isHint">The data set is the same without it.</param>
    void LeaveOut(string what, bool isHint);
}
