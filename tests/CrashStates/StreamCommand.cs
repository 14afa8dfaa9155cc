using Pkv.Engine.Records;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// One command of a stream (or MULTI to EXEC, which count as one): its bytes, its effects, when it was sent and answered.
/// Times are ticks of the stream, 0 for not yet; under the stream's lock.
/// </summary>
/// <param name="text">For people.</param>
/// <param name="bytes">As sent.</param>
/// <param name="global">What it does to all keys, if it acts on whole databases; nothing else is under way then.</param>
internal sealed class StreamCommand(string text, byte[] bytes, Action<KeyState[]>? global = null)
{
    private readonly List<(Effect Effect, int Reply)> _effects = [];

    /// <summary>For people.</summary>
    public string Text { get; } = text;

    public byte[] Bytes { get; } = bytes;

    /// <summary>Replies it gets: MULTI, each queued command and EXEC get one each.</summary>
    public int Replies { get; init; } = 1;

    /// <summary>See the constructor; null once the command was refused.</summary>
    public Action<KeyState[]>? Global => WasRefused ? null : global;

    public long SentTick { get; set; }

    public long AnsweredTick { get; set; }

    /// <summary>In order. Those of a command that was refused are taken out once its reply says so.</summary>
    public IReadOnlyList<Effect> Effects { get; private set; } = [];

    /// <summary>Adds an effect.</summary>
    /// <param name="effect">What it does.</param>
    /// <param name="reply">Which member of EXEC's reply tells whether it was refused; 0 for a lone command.</param>
    public void Add(Effect effect, int reply = 0)
    {
        _effects.Add((effect, reply));
        Effects = [.. _effects.Select(e => e.Effect)];
    }

    /// <summary>The pool was full: what this part of the command would have done it has not.</summary>
    public void Refuse(int reply)
    {
        WasRefused = true;
        _effects.RemoveAll(e => e.Reply == reply);
        Effects = [.. _effects.Select(e => e.Effect)];
    }

    /// <summary>At least a part of it was refused.</summary>
    public bool WasRefused { get; private set; }

    public void RefuseAll()
    {
        WasRefused = true;
        _effects.Clear();
        Effects = [];
    }

    public bool IsSentBy(long tick) => SentTick != 0 && SentTick <= tick;

    public bool IsAnsweredBy(long tick) => AnsweredTick != 0 && AnsweredTick <= tick;
}
