using System.Collections.Concurrent;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>The scripts that clients have brought since the start, or since SCRIPT FLUSH. Any thread.</summary>
public sealed class ScriptCache
{
    private readonly ConcurrentDictionary<ScriptDigest, Script> _scripts = [];
    private long _bytes;
    private int _flushes;

    public int Count => _scripts.Count;

    /// <summary>Bytes of their sources.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Times that all were forgotten: whoever keeps anything about a script forgets it then.</summary>
    public int Flushes => Volatile.Read(ref _flushes);

    public Script? Find(ScriptDigest digest) => _scripts.GetValueOrDefault(digest);

    /// <summary>Makes a script of a source. Null: its first line is wrong, and why.</summary>
    public static Script? Make(ScriptDigest digest, ReadOnlySpan<byte> source, out string? error)
    {
        error = Shebang.Read(source, out ScriptFlags flags, out int length);
        return error is null ? new Script(digest, source[length..].ToArray(), flags) : null;
    }

    /// <summary>Keeps a script that compiles.</summary>
    public void Add(Script script)
    {
        if (_scripts.TryAdd(script.Digest, script))
            Interlocked.Add(ref _bytes, script.Source.Length);
    }

    public void Flush()
    {
        _scripts.Clear();
        Volatile.Write(ref _bytes, 0);
        Interlocked.Increment(ref _flushes);
    }
}
