using Pkv.Engine.Replies;
using Pkv.Engine.Table.Queries;

namespace Pkv.Engine.Commands;

/// <summary>Writes the replies of COMMAND queries to a client. For rare commands: one is created for each.</summary>
internal sealed class ReplySink(ReplyWriter reply) : ICommandReplySink
{
    public void ArrayHeader(int n) => reply.Array(n);

    public void MapHeader(int n) => reply.Map(n);

    public void SetHeader(int n) => reply.Set(n);

    public void Bulk(string text) => reply.Bulk(text);

    public void Bulk(ReadOnlySpan<byte> bytes) => reply.Bulk(bytes);

    public void Simple(string text) => reply.Simple(System.Text.Encoding.UTF8.GetBytes(text));

    public void Integer(long n) => reply.Integer(n);

    public void Null() => reply.Null();

    public void Error(string text) => reply.Error(text);
}
