using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;

namespace Pkv.Server.Net;

/// <summary>The event loop, as the engine's part of its thread sees it.</summary>
internal sealed class IoThreadHost(IoThread thread) : ThreadHost
{
    public IoThread Thread => thread;

    public override bool IsInside => thread.Inner.IsInside;

    public override bool CanServeOthers => thread.Inner.CanServe;

    public override bool IsStopping => !thread.IsRunning;

    public override bool AwaitsClaims => Array.Exists(thread.Server.Threads, static t => t.Claims.IsAsked);

    public override void ServeOthers() => thread.Inner.TryServe(timeoutMs: 0);

    public override void AwaitStripe() => thread.AwaitStripe();

    public override void FlushTurn() => thread.FlushTurn();

    public override void PostWork(Action<EngineThread> action) => thread.Post(t => action(t.Engine));

    public override void AskForClaims() => Claims.AskAll(thread.Server.Threads);

    public override void YieldClaims() => thread.Claims.YieldIfAsked();

    public override void Unwatch(WatchSet set) => thread.Leftovers.Unwatch(set);
}
