using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>
/// An endless stream of drawn commands, the same for the same seed and groups. A few are spoilt: an argument too many or
/// too few, or one of another kind; names come in any case. Transactions stay short, so that most are executed, and with
/// several clients one of them changes what another watches.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="clients">Over how many connections the commands are sent, in stretches.</param>
/// <param name="groups">What to draw from.</param>
public sealed class CommandStream(int seed, int clients, params ShapeGroup[] groups)
{
    private const int SpoiltPerMille = 50;
    private const int OddCasePerMille = 200;
    private const int SwitchPerMille = 15;
    private const int WatchPerMille = 8;
    private const int ExecPerMilleOpen = 150;
    private const int TransactionPerMille = 60;

    private readonly Random _random = new(seed);
    private readonly ShapeGroup[] _groups = [.. groups.Where(group => group.Shapes.Count > 0)];
    private readonly bool[] _isOpen = new bool[clients];
    private readonly List<Step> _steps = [];
    private int _client;

    /// <summary>Draws the next commands, about as many as asked for.</summary>
    public List<Step> Draw(int count)
    {
        _steps.Clear();
        while (_steps.Count < count)
        {
            if (clients > 1 && _random.Next(1000) < SwitchPerMille)
                _client = _random.Next(clients);
            if (clients > 1 && !_isOpen[_client] && _random.Next(1000) < WatchPerMille)
                DrawWatched();
            else if (_isOpen[_client] && _random.Next(1000) < ExecPerMilleOpen)
                Add(["EXEC"], ReplyRule.Exact);
            else
                DrawOne();
        }

        return [.. _steps];
    }

    // One client watches, another may touch what it watches, then it executes or not.
    private void DrawWatched()
    {
        int watcher = _client;
        Add(["WATCH", ArgumentKinds.Draw("key", _random), ArgumentKinds.Draw("key", _random), ArgumentKinds.Draw("key", _random)], ReplyRule.Exact);
        _client = _random.Next(clients);
        for (int i = _random.Next(4); i > 0; i--)
            DrawOne();
        _client = watcher;
        Add(["MULTI"], ReplyRule.Exact);
        for (int i = _random.Next(1, 4); i > 0; i--)
            DrawOne();
        Add(["EXEC"], ReplyRule.Exact);
    }

    /// <summary>
    /// Draws steps of clients who take turns with every command; now and then one of them sends a whole transaction.
    /// </summary>
    public List<Step> DrawTurns(int count)
    {
        _steps.Clear();
        while (_steps.Count < count)
        {
            _client = _random.Next(clients);
            bool isTransaction = _random.Next(1000) < TransactionPerMille;
            if (isTransaction)
                Add(["MULTI"], ReplyRule.Exact);
            for (int i = isTransaction ? _random.Next(1, 4) : 1; i > 0; i--)
                DrawOne();
            if (isTransaction)
                Add(["EXEC"], ReplyRule.Exact);
        }

        return [.. _steps];
    }

    private void DrawOne()
    {
        Shape shape = DrawShape();
        // Chance that changes a transaction's state would have to be settled inside it.
        while (shape.Rule.MustSettle && _isOpen[_client])
            shape = DrawShape();
        if (shape.Before is not null)
            Add(shape.Before, ReplyRule.Exact);
        List<string> arguments = shape.Draw(_random);
        if (shape.MaySpoil && _random.Next(1000) < SpoiltPerMille)
            Spoil(arguments);
        if (_random.Next(1000) < OddCasePerMille)
            arguments[0] = OddCase(arguments[0]);
        Add([.. arguments], shape.Rule);
        if (shape.Rule.Probe(_steps[^1].Arguments) is { } probe)
            _steps.Add(new Step(probe, shape.Rule.ProbeRule, _client, IsProbe: true));
    }

    private void Add(string[] arguments, ReplyRule rule)
    {
        var step = new Step(arguments, rule, _client);
        _steps.Add(step);
        if (step.Is("MULTI"))
            _isOpen[_client] = true;
        else if (arguments.Length == 1 && (step.Is("EXEC") || step.Is("DISCARD") || step.Is("RESET")))
            _isOpen[_client] = false;
    }

    private Shape DrawShape()
    {
        int at = _random.Next(_groups.Sum(group => group.Weight));
        ShapeGroup drawn = _groups.First(group => (at -= group.Weight) < 0);
        return drawn.Shapes[_random.Next(drawn.Shapes.Count)];
    }

    private void Spoil(List<string> arguments)
    {
        int at = _random.Next(1, arguments.Count + 1);
        switch (_random.Next(3))
        {
            case 0:
                arguments.Insert(at, ArgumentKinds.DrawAny(_random));
                break;
            case 1 when at < arguments.Count:
                arguments.RemoveAt(at);
                break;
            case 2 when at < arguments.Count && at > 1:
                arguments[at] = ArgumentKinds.DrawAny(_random);
                break;
        }
    }

    private string OddCase(string word) => string.Concat(word.Select(c => _random.Next(2) == 0 ? char.ToLowerInvariant(c) : c));
}
