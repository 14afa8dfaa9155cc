using Pkv.Ycsb.Engine;

namespace Pkv.Ycsb.Report;

/// <summary>Shows people the progress of a run.</summary>
internal interface IRunView
{
    /// <summary>How often it wants to be shown that.</summary>
    TimeSpan Every { get; }

    /// <summary>Lets the work be done, and gives it where to show its progress.</summary>
    void Run(Action<Action<RunProgress>> work);
}
