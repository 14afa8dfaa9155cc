namespace Pkv.Tests.Support;

/// <summary>Brings replies whose order Redis does not promise (HGETALL, SMEMBERS, SUNION, SSCAN, …) into one, so that two servers' can be compared.</summary>
public static class UnorderedReply
{
    private static readonly string[] Lists = ["HKEYS", "HVALS", "SMEMBERS", "SUNION", "SINTER", "SDIFF", "KEYS"];

    /// <summary>The reply to a command, its elements sorted where their order says nothing.</summary>
    public static RespNode Sorted(string[] command, RespNode reply)
    {
        string name = command[0].ToUpperInvariant();
        if (reply.IsError)
            return reply;
        if (Lists.Contains(name))
            return ByText(reply);
        return name switch
        {
            "HGETALL" or "CONFIG" => Pairs(reply),
            "SPOP" or "SRANDMEMBER" when reply.Items.Count > 1 => ByText(reply),
            "HSCAN" when reply.Items.Count == 2 => reply with { Items = [reply.Items[0], Pairs(reply.Items[1])] },
            "SSCAN" when reply.Items.Count == 2 => reply with { Items = [reply.Items[0], ByText(reply.Items[1])] },
            _ => reply,
        };
    }

    private static RespNode ByText(RespNode list) => list with { Items = [.. list.Items.OrderBy(item => item.Text, StringComparer.Ordinal)] };

    private static RespNode Pairs(RespNode map) =>
        map with { Items = [.. map.Items.Chunk(2).OrderBy(pair => pair[0].Text, StringComparer.Ordinal).SelectMany(pair => pair)] };
}
