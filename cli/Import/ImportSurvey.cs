using Pkv.Cli.Terminal;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;
using Pkv.Server.Administration;

namespace Pkv.Cli.Import;

/// <summary>
/// The first reading: nothing is run, everything is counted: whether the files are whole, which databases they use, and
/// what this server has no command for.
/// </summary>
internal sealed class ImportSurvey : ICommandSink
{
    private const int KeysShown = 3;

    private static readonly CommandBinding?[] Bindings = ServerBindings.Build();

    private readonly SortedDictionary<string, (long Count, List<string> Keys)> _unsupported = [];

    /// <summary>Keys of snapshots, and commands of logs.</summary>
    public long Items { get; private set; }

    /// <summary>The highest database that is used.</summary>
    public int HighestDatabase { get; private set; }

    /// <summary>What is not taken over, with how often it was met.</summary>
    public SortedDictionary<string, long> LeftOut { get; } = [];

    /// <summary>Some of that is more than a hint.</summary>
    public bool LosesData { get; private set; }

    /// <summary>Keys and commands that cannot be taken over.</summary>
    public long UnsupportedCount => _unsupported.Values.Sum(u => u.Count);

    /// <summary>The same by kind, with the first keys.</summary>
    public string UnsupportedText => string.Join("; ", _unsupported.Select(u => $"{Printable.Number(u.Value.Count)} {u.Key} ({string.Join(", ", u.Value.Keys)}{(u.Value.Count > u.Value.Keys.Count ? ", ..." : "")})"));

    /// <summary>The command to replay under this name, or null: no write, or none of this server's.</summary>
    public static CommandSpec? FindReplayable(ReadOnlySpan<byte> name) =>
        CommandTable.Find(name) is { } spec && Bindings[spec.Index] is { } binding
        && (binding.IsWrite || spec.Name is "select" or "multi" or "exec" or "discard") ? spec : null;

    /// <summary>Whether a key's type can be taken over: this server has the command that makes it.</summary>
    public static bool CanMake(string? command) =>
        command is not null && FindReplayable(System.Text.Encoding.ASCII.GetBytes(command)) is not null;

    public void Select(int database) => HighestDatabase = Math.Max(HighestDatabase, database);

    public bool BeginKey(string type, string? command, ReadOnlySpan<byte> key, long expiryMs)
    {
        Items++;
        if (!CanMake(command))
            NoteUnsupported($"{type} keys", key);
        return false;
    }

    public void Make(ArgList args)
    {
    }

    public unsafe void Replay(ArgList args)
    {
        Items++;
        ReadOnlySpan<byte> name = args.Items[0].Span;
        if (FindReplayable(name) is not { } spec)
        {
            NoteUnsupported($"{Printable.Word(name)} commands", args.Count > 1 ? args.Items[1].Span : default);
            return;
        }
        switch (spec.Name)
        {
            case "select" or "move":
                NoteDatabase(args, spec.Name == "move" ? 2 : 1);
                break;
            case "swapdb":
                NoteDatabase(args, 1);
                NoteDatabase(args, 2);
                break;
            case "copy":
                for (int i = 3; i + 1 < args.Count; i++)
                {
                    if (OptionWord.Is(args.Items[i].Span, "DB"u8))
                        NoteDatabase(args, i + 1);
                }
                break;
        }
    }

    public void LeaveOut(string what, bool isHint)
    {
        LeftOut[what] = LeftOut.GetValueOrDefault(what) + 1;
        LosesData |= !isHint;
    }

    private unsafe void NoteDatabase(ArgList args, int index)
    {
        if (index < args.Count && Integers.TryParse(args.Items[index].Span, out long number) && number is >= 0 and <= ushort.MaxValue)
            HighestDatabase = (int)Math.Max(HighestDatabase, number);
    }

    private void NoteUnsupported(string kind, ReadOnlySpan<byte> key)
    {
        if (!_unsupported.TryGetValue(kind, out (long Count, List<string> Keys) seen))
            seen = (0, []);
        if (seen.Keys.Count < KeysShown)
            seen.Keys.Add(Printable.Key(key));
        _unsupported[kind] = (seen.Count + 1, seen.Keys);
    }
}
