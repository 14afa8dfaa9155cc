using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Streams whose IDs the client gives: those that a server gives are of its clock.</summary>
public static class StreamShapes
{
    private const string Trim = "{MAXLEN|MINID} about? {small|streamid|streamid} {LIMIT small}?";
    private const string Entry = "{field element|(field element)+}";

    /// <summary>All commands.</summary>
    public static ShapeGroup Streams { get; } = new("streams", 3,
    [
        new($"XADD streamkey {{streamid|nextid|nextid|nextid}} {Entry}"),
        new($"XADD streamkey nextid field element field element"),
        new($"XADD streamkey NOMKSTREAM? {Trim} nextid {Entry}"),
        new($"XADD streamkey {{NOMKSTREAM|{Trim}|LIMIT small|NONSENSE}}* {{streamid|nextid}} field element*"),
        new("XADD streamkey nextid field bigvalue"),
        new("XLEN streamkey"),
        new("XRANGE streamkey idbound idbound {COUNT small}*"),
        new("XREVRANGE streamkey idbound idbound {COUNT small}*"),
        new("XRANGE streamkey - idsign NONSENSE?"),
        new("XDEL streamkey streamid+"),
        new($"XTRIM streamkey {Trim}"),
        new("XTRIM streamkey {MAXLEN|MINID|about|LIMIT|small}*"),
        new("XSETID streamkey streamid {ENTRIESADDED count|MAXDELETEDID streamid}*"),
        new("XREAD {COUNT small}? STREAMS streamkey {streamid|idsign}"),
        // Never a wait without end.
        new("XREAD {COUNT small|BLOCK 1}* STREAMS streamkey streamkey streamid {streamid|idsign}") { MaySpoil = false },
        new("XREAD {COUNT|NOACK|GROUP|small|NONSENSE}* STREAMS streamkey streamid?"),
        new("XINFO STREAM streamkey {FULL}?", new NodesRule()),
        new("XINFO STREAM streamkey FULL COUNT small", new NodesRule()),
        new("XINFO STREAM streamkey NONSENSE?", new NodesRule()),
        new("TYPE streamkey"),
        new("COPY streamkey streamkey REPLACE?"),
        new("DEL streamkey"),
    ]);

    // Of the nodes of Redis's radix tree Pkv tells as many as a small one has.
    private sealed class NodesRule : ReplyRule
    {
        public override bool Agree(string[] arguments, Answer pkv, Answer redis) => Without(pkv.Reply).Equals(Without(redis.Reply));

        private static Support.RespNode Without(Support.RespNode reply)
        {
            int at = reply.Items.ToList().FindIndex(i => i.Text == "radix-tree-nodes");
            return at < 0 ? reply : reply with { Items = [.. reply.Items.Where((_, i) => i != at + 1)] };
        }
    }
}
