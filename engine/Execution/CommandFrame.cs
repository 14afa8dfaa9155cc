using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>What a <see cref="CommandContext"/> holds of the command that runs, for the time in which others run in its place.</summary>
internal readonly record struct CommandFrame(
    ArgList Args, Client Client, CommandSpec Spec, long NowMs, bool InExec, ScriptStripes? Script, (bool MayRunAgain, bool IsShort) Room, bool Resp3, int ReplyStart, int ReplySlices);
