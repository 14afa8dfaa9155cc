namespace Pkv.Bench.Cli;

/// <summary>Shows the user the progress of a long run.</summary>
internal interface IRunProgress
{
    /// <summary>One more step is done; <paramref name="line"/> says what it found.</summary>
    void Step(string line);

    /// <summary>A message that is not a step.</summary>
    void Note(string line);
}
