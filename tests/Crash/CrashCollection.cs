using Xunit;

namespace Pkv.Tests.Crash;

/// <summary>Tests that load both cores run one after the other, and not beside others.</summary>
[CollectionDefinition("Crash", DisableParallelization = true)]
public sealed class CrashCollection;
