using System.Collections.Frozen;

namespace Pkv.Tests.Differential.Replies;

/// <summary>
/// OBJECT ENCODING: of the same type. Redis's answer depends on the way a value came to be (a string that was appended to
/// is "raw", a set that had a word keeps its table when the word is gone); what Pkv says depends on what is there.
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
