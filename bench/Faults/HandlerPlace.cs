namespace Pkv.Bench.Faults;

/// <summary>Who answers a page fault, and where.</summary>
internal enum HandlerPlace
{
    /// <summary>The kernel alone: no userfaultfd.</summary>
    None,

    /// <summary>A thread on the core of the one that faults.</summary>
    SameCore,

    /// <summary>A thread on another core.</summary>
    OtherCore,

    /// <summary>A thread on whatever core the kernel chooses.</summary>
    AnyCore,

    /// <summary>The thread that faults, in a signal handler.</summary>
    Signal,
}
