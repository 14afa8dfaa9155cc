using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Blocking;

/// <summary>Gives a command to one client and returns when another one sees that it waits, so that no test has to guess.</summary>
internal static class Waiting
{
    private const int DeadlineMs = 20_000;

    /// <summary>Sends a blocking command and returns when CLIENT LIST shows its client as blocked.</summary>
    public static void Begin(RespClient observer, RespClient client, params string[] command)
    {
        string id = $"{client.Call("CLIENT", "ID").Integer}";
        client.Send(command);
        Until(() => IsBlocked(observer, id));
    }

    /// <summary>Whether CLIENT LIST shows this client as blocked.</summary>
    public static bool IsBlocked(RespClient observer, string id) =>
        observer.Call("CLIENT", "LIST", "ID", id).Text.Split(' ').Any(f => f.StartsWith("flags=", StringComparison.Ordinal) && f.Contains('b'));

    /// <summary>Returns when the condition holds.</summary>
    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, DeadlineMs), "it did not come true in time");
}
