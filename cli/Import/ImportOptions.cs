namespace Pkv.Cli.Import;

/// <summary>What to import, and how.</summary>
internal sealed class ImportOptions
{
    public required string SourcePath { get; init; }

    public required string PoolPath { get; init; }

    public required PoolTargetOptions Target { get; init; }

    /// <summary>An RDB file; otherwise a log.</summary>
    public required bool IsSnapshot { get; init; }

    /// <summary>The pool may hold keys already.</summary>
    public required bool Appends { get; init; }

    /// <summary>What this server has no commands for is left out.</summary>
    public required bool SkipsUnsupported { get; init; }

    /// <summary>A torn end is left out, as Redis does.</summary>
    public bool LoadsTruncated { get; init; } = true;
}
