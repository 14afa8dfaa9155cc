using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>The members that ZADD or GEOADD names, with their scores, as arguments of the command in the context.</summary>
/// <param name="first">The first score's first argument.</param>
/// <param name="stride">Arguments of one member: the last one is the member itself.</param>
/// <param name="score">Reads a score, of which it is known that it can be read, from its first argument.</param>
internal readonly unsafe struct AddPairs(int first, int stride, delegate*<CommandContext, int, double> score)
{
    public int First => first;

    public int Stride => stride;

    public double ScoreAt(CommandContext context, int arg) => score(context, arg);

    public Arg* MemberAt(CommandContext context, int arg) => context.Args.Items + arg + stride - 1;
}
