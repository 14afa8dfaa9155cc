using System.Buffers.Text;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Pkv.Bench.Stalls;

/// <summary>
/// How long a server's threads have run, and how long they were ready to run and had no core: <c>/proc/PID/task/TID/schedstat</c>. The
/// kernel counts a wait when it ends.
/// </summary>
internal sealed class ThreadTimes : IDisposable
{
    private readonly SafeFileHandle[] _files;
    private readonly byte[] _text = new byte[96];

    /// <param name="process">The server.</param>
    /// <param name="name">Threads of which this is how the name begins are looked at; if there is none, the process's first thread.</param>
    public ThreadTimes(int process, string name)
    {
        string tasks = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task");
        string[] named = [.. Directory.GetDirectories(tasks).Where(task => NameOf(task).StartsWith(name, StringComparison.Ordinal))];
        string[] all = named.Length > 0 ? named : [Path.Combine(tasks, process.ToString(CultureInfo.InvariantCulture))];
        _files = [.. all.Select(static task => File.OpenHandle(Path.Combine(task, "schedstat")))];
    }

    public int Count => _files.Length;

    /// <summary>Nanoseconds since each thread began.</summary>
    public void Read(Span<(long Ran, long Waited)> times)
    {
        for (int i = 0; i < _files.Length; i++)
        {
            int length = RandomAccess.Read(_files[i], _text, 0);
            if (!Utf8Parser.TryParse(_text.AsSpan(0, length), out long ran, out int end)
                || !Utf8Parser.TryParse(_text.AsSpan(end + 1, length - end - 1), out long waited, out _))
                throw new InvalidDataException("schedstat: not two numbers");
            times[i] = (ran, waited);
        }
    }

    public void Dispose()
    {
        foreach (SafeFileHandle file in _files) file.Dispose();
    }

    private static string NameOf(string task) => File.ReadAllText(Path.Combine(task, "comm")).TrimEnd();
}
