using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Replies;

/// <summary>A server's reply to a command, and to the probe behind it if there was one.</summary>
public readonly record struct Answer(RespNode Reply, RespNode? Probe = null)
{
    /// <summary>The texts of all scalars of a reply, in order.</summary>
    public static IEnumerable<string> Leaves(RespNode node) =>
        node.Items.Count > 0 ? node.Items.SelectMany(Leaves) : node.IsNull || "*~%>".Contains(node.Kind, StringComparison.Ordinal) ? [] : [node.Text];

    /// <summary>Whether two replies differ in texts only.</summary>
    public static bool SameForm(RespNode one, RespNode other) =>
        one.Kind == other.Kind && one.IsNull == other.IsNull && one.Items.Count == other.Items.Count
        && one.Items.Zip(other.Items).All(pair => SameForm(pair.First, pair.Second));
}
