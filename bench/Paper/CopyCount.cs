namespace Pkv.Bench.Paper;

/// <summary>Copies of a value's bytes that one operation makes: how often its bytes are copied on average.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Verb">SET or GET.</param>
/// <param name="Application">By the program's own calls of memcpy and similar functions.</param>
/// <param name="Received">By the kernel, from a socket.</param>
/// <param name="Sent">By the kernel, to a socket.</param>
/// <param name="Written">By the kernel, to a log file.</param>
internal sealed record CopyCount(string Server, string Verb, double Application, double Received, double Sent, double Written)
{
    /// <summary>All that the kernel makes.</summary>
    public double Kernel => Received + Sent + Written;
}
