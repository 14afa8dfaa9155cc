using Pkv.Resp;
using Pkv.Server.Table;
using Pkv.Server.Sessions;

namespace Pkv.Server.Execution;

/// <summary>What a <see cref="CommandContext"/> holds of the command that runs, for the time in which others run in its place.</summary>
internal readonly record struct CommandState(
    ArgList Args, Session Session, CommandSpec Spec, long NowMs, bool InExec, (bool MayRunAgain, bool IsShort) Room, bool Resp3, int ReplyStart, int ReplySlices);
