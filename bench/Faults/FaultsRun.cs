namespace Pkv.Bench.Faults;

/// <summary>Everything that a run found.</summary>
internal sealed class FaultsRun
{
    public List<FaultResult> Faults { get; } = [];

    /// <summary>memcpy of as many pages as a fault brings; columns are pages.</summary>
    public List<FigureResult> Yardsticks { get; } = [];

    /// <summary>Columns are bytes.</summary>
    public List<FigureResult> Pieces { get; } = [];

    /// <summary>Titles are questions; columns are tracker and live ranges.</summary>
    public List<FigureResult> Tracking { get; } = [];

    /// <summary>What userfaultfd does at its edges: name and result.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; set; } = new Dictionary<string, string>();

    /// <summary>Why rows are missing, one line each.</summary>
    public List<string> Obstacles { get; } = [];
}
