namespace Pkv.Bench.Types;

/// <summary>One row of the tables: which requests, over which data.</summary>
/// <param name="Name">On the command line and in tables.</param>
/// <param name="Title">What it does, for a reader.</param>
/// <param name="Data">What is there before.</param>
/// <param name="Cycle">Requests in turn; all of one turn have the same numbers.</param>
/// <param name="Draw">How its keys are drawn.</param>
internal sealed record TypedShape(string Name, string Title, DataSet Data, Exchange[] Cycle, Draw Draw = Draw.Even)
{
    /// <summary>True if it leaves the data other than later shapes expect them.</summary>
    public bool AltersData { get; init; }

    /// <summary>Bytes of requests and replies of one turn.</summary>
    public long BytesOfTurn => Cycle.Sum(e => (long)e.Request.Bytes.Length + e.Reply.LengthMax);
}
