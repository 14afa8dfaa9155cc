using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>Sockets receive into the pool; a password that came that way must not be found there afterwards.</summary>
public sealed class SecretScrubTests : IDisposable
{
    private const string Secret = "s3cr3t-that-nobody-else-writes";

    private readonly PkvServer _server = PkvServer.InProcess("--requirepass", Secret);

    [Fact]
    public void AnAcceptedPasswordIsWiped() => AssertWiped(c => c.Call("AUTH", Secret));

    [Fact]
    public void ARefusedPasswordIsWiped() => AssertWiped(c => c.Call("AUTH", Secret + "x"));

    [Fact]
    public void APasswordWithTooManyArgumentsIsWiped() => AssertWiped(c => c.Call("AUTH", "default", Secret, "more"));

    [Fact]
    public void AHelloWithAPasswordIsWiped() => AssertWiped(c => c.Call("HELLO", "3", "AUTH", "default", Secret));

    [Fact]
    public void AnInlinePasswordIsWiped() => AssertWiped(c =>
    {
        c.SendRaw(Encoding.ASCII.GetBytes($"AUTH {Secret}\r\n"));
        c.Read();
    });

    [Fact]
    public void APasswordSetBeforeAuthenticationIsWiped() => AssertWiped(c => c.Call("CONFIG", "SET", "requirepass", Secret));

    [Fact]
    public void APasswordThatComesInHalvesIsWiped() => AssertWiped(c =>
    {
        byte[] command = RespClient.Encode("AUTH", Secret);
        c.SendRaw(command.AsSpan(0, command.Length - 4));
        // Another client's answer shows that the first half has been received.
        using RespClient other = _server.Connect();
        other.Call("PING");
        c.SendRaw(command.AsSpan(command.Length - 4));
        c.Read();
    });

    [Fact]
    public void AQueuedPasswordIsWiped() => AssertWiped(c =>
    {
        c.Call("AUTH", Secret);
        c.Call("MULTI");
        c.Call("CONFIG", "SET", "requirepass", Secret);
        c.Call("EXEC");
    });

    public void Dispose() => _server.Dispose();

    private void AssertWiped(Action<RespClient> say)
    {
        using (RespClient client = _server.Connect())
            say(client);
        // The pool is locked while the server has it.
        _server.Stop();
        // Without the last letters: what a cut half leaves would count as well.
        byte[] pool = File.ReadAllBytes(_server.PoolPath);
        Assert.Equal(-1, pool.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Secret[..12])));
    }
}
