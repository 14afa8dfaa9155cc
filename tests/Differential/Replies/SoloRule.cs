using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Running;

namespace Pkv.Tests.Differential.Replies;

/// <summary>A step that takes several commands, the next of which depends on the reply to the one before.</summary>
public abstract class SoloRule : ReplyRule
{
    /// <summary>Takes the step. Returns null, or what differed.</summary>
    public abstract string? Run(Step step, Conversation conversation);
}
