using System.Diagnostics;
using Pkv.Resp;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>One thread's part of the scripts: a level for each depth of its inner turns, made when it is needed. Owner thread only, but for <see cref="Levels"/>.</summary>
public sealed class ScriptEngine(CommandContext context) : IDisposable
{
    private volatile ScriptLevel[] _levels = [];
    private int _depth;

    /// <summary>Those that were made. Any thread.</summary>
    public IReadOnlyList<ScriptLevel> Levels => _levels;

    /// <summary>The level that the next script runs on.</summary>
    internal ScriptLevel Next
    {
        get
        {
            if (_depth == _levels.Length)
                _levels = [.. _levels, new ScriptLevel(context)];
            return _levels[_depth];
        }
    }

    /// <summary>Whether these are the arguments of a command that a script has given.</summary>
    internal bool IsCommand(ArgList args) => _depth > 0 && _levels[_depth - 1].Args == args;

    internal void Enter(ScriptLevel level)
    {
        Debug.Assert(_levels[_depth] == level, "a script runs on the level that was chosen for it");
        _depth++;
    }

    internal void Exit() => _depth--;

    public void Dispose()
    {
        foreach (ScriptLevel level in _levels)
            level.Dispose();
    }
}
