using Pkv.Cli.Terminal;

namespace Pkv.Cli.Verbs;

/// <summary>One thing that pkv can do.</summary>
internal sealed class Verb
{
    public required string Name { get; init; }

    /// <summary>What follows the name, as the usage shows it.</summary>
    public required string Synopsis { get; init; }

    /// <summary>What it does, in a few words, for the list of verbs.</summary>
    public required string Summary { get; init; }

    /// <summary>What its own help says: options, and what its exit codes mean.</summary>
    public required string Details { get; init; }

    /// <summary>Options that take no value, without their dashes.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>Options that take one.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    /// <summary>Does it. Returns an <see cref="ExitCode"/>.</summary>
    public required Func<Arguments, CliTerminal, int> Run { get; init; }

    /// <summary>The text of <c>pkv VERB --help</c>.</summary>
    public string Help => $"""
        usage: pkv {Name} {Synopsis}

        {Summary}

        {Details}
        """;
}
