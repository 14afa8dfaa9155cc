using System.Globalization;
using System.Text;
using Pkv.Engine.Records;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Decides whether a recovered state is one that the history allows: each answered command present, each other one that
/// was sent wholly there or wholly not, whatever touches several keys on all of them or on none.
/// </summary>
internal sealed class Judge(StreamKeys keys)
{
    private const int MaxKeysShown = 6;

    /// <summary>What is wrong with a state, or null.</summary>
    public string? Check(Trial trial)
    {
        if (trial.Found is not { } found)
            return trial.Failure;
        if (trial.OnlyIntact)
            return null;
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        if (trial.Round.Global is { } global)
            return CheckGlobal(trial, global, found, nowMs);
        for (int owner = 0; owner < trial.Round.Commands.Length; owner++)
        {
            if (CheckOwner(trial, owner, found, nowMs) is { } wrong)
                return wrong;
        }
        return CheckShared(trial, found, nowMs);
    }

    private string? CheckGlobal(Trial trial, StreamCommand global, KeyState[] found, long nowMs)
    {
        KeyState[] before = trial.Round.Base;
        KeyState[] after = [.. before];
        global.Global!(after);
        bool done = Matches(after, flushed: global.Text == "FLUSHALL"), undone = Matches(before, flushed: false);
        bool answered = global.IsAnsweredBy(trial.AnsweredTick), sent = global.IsSentBy(trial.SentTick);
        return (done && sent) || (undone && !answered) ? null
            : $"{global.Text} ({(answered ? "answered" : sent ? "sent" : "not sent")}) is {(done ? "done" : "neither done nor undone")}\n  done differs: {Differing(after, found, nowMs)}\n  undone differs: {Differing(before, found, nowMs)}";

        bool Matches(KeyState[] expected, bool flushed)
        {
            foreach (StreamKey key in keys.All)
            {
                bool allowed = key.Owner >= 0 || flushed
                    ? expected[key.Index].Allows(found[key.Index], nowMs)
                    : trial.Round.Shared[key.Index].Any(s => s.Allows(found[key.Index], nowMs));
                if (!allowed)
                    return false;
            }
            return true;
        }
    }

    private string Differing(KeyState[] expected, KeyState[] found, long nowMs) =>
        string.Join("; ", keys.All.Where(k => k.Owner >= 0 && !expected[k.Index].Allows(found[k.Index], nowMs))
            .Take(3).Select(k => $"{k} is {found[k.Index]}, not {expected[k.Index]}"));

    private string? CheckOwner(Trial trial, int owner, KeyState[] found, long nowMs)
    {
        KeyState[] sure = [.. trial.Round.Base];
        List<StreamCommand> open = [];
        foreach (StreamCommand command in trial.Round.Commands[owner])
        {
            if (command.IsAnsweredBy(trial.AnsweredTick))
            {
                foreach (Effect effect in command.Effects)
                    sure[effect.Key] = effect.Apply(sure[effect.Key]);
            }
            else if (command.IsSentBy(trial.SentTick))
                open.Add(command);
        }
        HashSet<int> touched = [.. open.SelectMany(c => c.Effects).Select(e => e.Key)];
        List<StreamKey> wrong = [.. keys.All.Where(k => k.Owner == owner && !touched.Contains(k.Index) && !sure[k.Index].Allows(found[k.Index], nowMs))];
        if (wrong.Count > 0)
            return string.Concat(wrong.Take(MaxKeysShown).Select(k => $"{k} is {found[k.Index]}, but must be {sure[k.Index]}\n{Describe(trial, owner, k.Index)}"));
        touched.RemoveWhere(k => keys.All[k].Owner != owner);
        List<StreamCommand> joint = [.. open.Where(c => c.Effects.Select(e => e.Key).Distinct().Count() > 1)];
        for (int chosen = 0; chosen < 1 << joint.Count; chosen++)
        {
            if (touched.All(k => Reachable(k, sure[k], open, joint, chosen) is var states
                && (states.Any(s => s.Allows(found[k], nowMs)) || (HasOpenPart(open, k) && AllowsTorn(states, found[k], nowMs)))))
                return null;
        }
        return Explain(trial, owner, touched, sure, found);
    }

    // What a key may hold when of the joint commands just the chosen ones happened, and of the others any.
    private static List<KeyState> Reachable(int key, KeyState before, List<StreamCommand> open, List<StreamCommand> joint, int chosen)
    {
        List<KeyState> states = [before];
        foreach (StreamCommand command in open)
        {
            Effect[] effects = [.. command.Effects.Where(e => e.Key == key)];
            int number = joint.IndexOf(command);
            if (effects.Length == 0 || (number >= 0 && (chosen >> number & 1) == 0))
                continue;
            List<KeyState> after = [.. states.Select(s => effects.Aggregate(s, (state, effect) => effect.Apply(state)))];
            states = number >= 0 ? after : [.. states.Concat(after).Distinct()];
        }
        return states;
    }

    private static bool HasOpenPart(List<StreamCommand> open, int key) => open.Exists(c => c.Effects.Any(e => e.Key == key && e.IsPart));

    // A change of a string's part can be there without an earlier one, unanswered as well, that wrote other bytes of it: then those
    // are as they were before, or zeros where the string had come anew.
    private static bool AllowsTorn(List<KeyState> states, in KeyState found, long nowMs)
    {
        KeyState held = found;
        if (held.Value is not { } value || !states.Exists(s => s.Value is not null && (s with { Value = held.Value }).Allows(held, nowMs)))
            return false;
        for (int i = 0; i < value.Length; i++)
        {
            int at = i;
            if (value[i] != 0 && !states.Exists(s => s.Value is { } known && at < known.Length && known[at] == value[at]))
                return false;
        }
        return true;
    }

    private string? CheckShared(Trial trial, KeyState[] found, long nowMs)
    {
        foreach (StreamKey key in new[] { keys.Left, keys.Right, keys.Lone })
        {
            if (!SharedStates(trial.Round, key, trial.AnsweredTick, trial.SentTick).Any(s => s.Allows(found[key.Index], nowMs)))
                return $"{key} is {found[key.Index]}, which no order of the answered commands leaves\n{Describe(trial, -1, key.Index)}";
        }
        byte[]? left = found[keys.Left.Index].Value, right = found[keys.Right.Index].Value;
        if ((left is null) != (right is null) || !left.AsSpan().SequenceEqual(right))
            return $"a transaction is half done: {found[keys.Left.Index]} and {found[keys.Right.Index]}\n{Describe(trial, -1, keys.Left.Index)}";
        StreamCommand[] counts = [.. trial.Round.All.Where(c => c.Effects.Any(e => e.Key == keys.Counter.Index))];
        long before = NumberOf(trial.Round.Shared[keys.Counter.Index][0]), count = NumberOf(found[keys.Counter.Index]);
        return count >= before + counts.Count(c => c.IsAnsweredBy(trial.AnsweredTick)) && count <= before + counts.Count(c => c.IsSentBy(trial.SentTick)) ? null
            : $"the counter is {count}: it was {before}, {counts.Count(c => c.IsAnsweredBy(trial.AnsweredTick))} answered, {counts.Count(c => c.IsSentBy(trial.SentTick))} sent";
    }

    /// <summary>
    /// What a key that all connections write may hold: what was written last in some order that agrees with who
    /// was answered before another one was sent.
    /// </summary>
    public static List<KeyState> SharedStates(Round round, StreamKey key, long answeredTick, long sentTick)
    {
        List<StreamCommand> sent = [.. round.All.Where(c => c.IsSentBy(sentTick) && c.Effects.Any(e => e.Key == key.Index))];
        List<StreamCommand> sure = [.. sent.Where(c => c.IsAnsweredBy(answeredTick))];
        List<KeyState> states = sure.Count == 0 ? [.. round.Shared[key.Index]] : [];
        foreach (StreamCommand command in sent)
        {
            if (!sure.Exists(later => command.IsAnsweredBy(answeredTick) && later.SentTick > command.AnsweredTick))
                states.Add(command.Effects.Last(e => e.Key == key.Index).Apply(KeyState.Absent));
        }
        return states;
    }

    public static long NumberOf(in KeyState state) =>
        state.Value is null ? 0 : long.TryParse(Encoding.ASCII.GetString(state.Value), CultureInfo.InvariantCulture, out long number) ? number : long.MinValue;

    private string Explain(Trial trial, int owner, HashSet<int> touched, KeyState[] sure, KeyState[] found)
    {
        StringBuilder text = new("no choice among the unanswered commands explains what was found:\n");
        foreach (int key in touched)
            text.Append(CultureInfo.InvariantCulture, $"  {keys.All[key]}: found {found[key]}, answered {sure[key]}\n{Describe(trial, owner, key)}");
        return text.ToString();
    }

    private string Describe(Trial trial, int owner, int key)
    {
        StringBuilder text = new();
        foreach (StreamCommand command in owner >= 0 ? trial.Round.Commands[owner] : trial.Round.All)
        {
            if (command.SentTick != 0 && command.Effects.Any(e => e.Key == key))
            {
                string fate = command.IsAnsweredBy(trial.AnsweredTick) ? "answered" : command.IsSentBy(trial.SentTick) ? "sent" : "later";
                text.Append(CultureInfo.InvariantCulture, $"    {fate}: {command.Text}\n");
            }
        }
        return text.Length == 0 ? $"    no command of the round touches {keys.All[key]}\n" : text.ToString();
    }
}
