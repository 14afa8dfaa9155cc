using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>A group of commands: what they look like, and how often the group is drawn beside others.</summary>
/// <param name="Name">The name that tests show.</param>
/// <param name="Weight">How often, relative to the other groups of a stream.</param>
/// <param name="Shapes">One line each; each is drawn as often as every other.</param>
public sealed record ShapeGroup(string Name, int Weight, IReadOnlyList<Shape> Shapes)
{
    /// <summary>The group with a rule for all shapes that have none of their own.</summary>
    public ShapeGroup JudgedBy(ReplyRule rule) => this with { Shapes = [.. Shapes.Select(shape => shape.JudgedBy(rule))] };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
