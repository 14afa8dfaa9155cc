using System.Collections.Frozen;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// OBJECT ENCODING: of the same type. Redis's answer depends on how a value came to be (a set that had a word keeps its table
/// when the word is gone, a whole number by INCRBYFLOAT is "embstr"); Pkv's depends on what is there, "raw" for edited strings apart.
/// </summary>
public sealed class EncodingRule : ReplyRule
{
    private static readonly FrozenDictionary<string, string> _types = new Dictionary<string, string>
    {
        ["int"] = "string", ["embstr"] = "string", ["raw"] = "string", ["quicklist"] = "list", ["listpack"] = "small", ["intset"] = "small",
        ["hashtable"] = "large", ["skiplist"] = "large",
    }.ToFrozenDictionary();

    /// <inheritdoc/>
    public override bool Agree(string[] arguments, Answer pkv, Answer redis) =>
        pkv.Reply.Equals(redis.Reply)
        || (pkv.Reply.Kind == '$' && redis.Reply.Kind == '$' && _types.TryGetValue(redis.Reply.Text, out string? type)
            && _types.TryGetValue(pkv.Reply.Text, out string? ours) && (type == "string") == (ours == "string") && (type == "list") == (ours == "list"));
}
