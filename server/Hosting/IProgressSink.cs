namespace Pkv.Server.Hosting;

/// <summary>Shows the progress of long work: a bar in a terminal, plain lines in a log. Any thread.</summary>
public interface IProgressSink
{
    void Report(string what, long done, long total, string unit);

    /// <summary>The work is over.</summary>
    void Done();
}
