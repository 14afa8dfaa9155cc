using System.Text;
using Pkv.Engine.Table.Queries;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Table;

/// <summary>Writes what the queries answer as RESP3 bytes and reads it back as a tree.</summary>
internal sealed class RespSink : ICommandReplySink
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Runs a query and returns its reply; fails unless the query wrote exactly one value.</summary>
    public static RespNode Run(Action<ICommandReplySink> query)
    {
        var sink = new RespSink();
        query(sink);
        sink._bytes.Position = 0;
        RespNode reply = RespNode.Read(sink._bytes);
        Assert.Equal(sink._bytes.Length, sink._bytes.Position);
        return reply;
    }

    public void ArrayHeader(int n) => Line($"*{n}");

    public void MapHeader(int n) => Line($"%{n}");

    public void SetHeader(int n) => Line($"~{n}");

    public void Bulk(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    public void Bulk(ReadOnlySpan<byte> bytes)
    {
        Line($"${bytes.Length}");
        _bytes.Write(bytes);
        Line("");
    }

    public void Simple(string text) => Line("+" + text);

    public void Integer(long n) => Line($":{n}");

    public void Null() => Line("_");

    public void Error(string text) => Line("-" + text);

    private void Line(string text) => _bytes.Write(Encoding.UTF8.GetBytes(text + "\r\n"));
}
