using Pkv.Ycsb.Engine;

namespace Pkv.Ycsb.Report;

/// <summary>Shows nothing: a run without -s.</summary>
internal sealed class NoView : IRunView
{
    public TimeSpan Every => TimeSpan.FromDays(1);

    public void Run(Action<Action<RunProgress>> work) => work(static _ => { });
}
