using Xunit.Sdk;

namespace Pkv.Tests.Support;

/// <summary>The server under test failed, which the test did not intend.</summary>
/// <param name="fault">How, with the trace.</param>
/// <param name="thrownBefore">What this thread threw last: most likely what the failure cost the test, which this takes the place of.</param>
public sealed class ServerFaultException(string fault, Exception? thrownBefore) : XunitException($"the server under test failed\n{fault}", thrownBefore);
