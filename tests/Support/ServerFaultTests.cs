using Pkv.Engine.Execution;
using Xunit;

namespace Pkv.Tests.Support;

/// <summary>A test whose server fails does not pass, and tells why.</summary>
public sealed class ServerFaultTests
{
    [Fact]
    public void A_server_that_ended_with_an_error_fails_its_test()
    {
        PkvServer server = new();
        using (new BrokenCommand(server.Host, "set", LockMode.Keys))
        using (RespClient client = server.Connect())
        {
            client.Send("SET", "k", "v");
            server.Host.WaitForShutdown();
        }
        ServerFaultException told = Assert.Throws<ServerFaultException>(server.Dispose);
        Assert.Contains("FATAL BUG in pkv-io-0, set (BrokenCommand.Throw): InvalidTimeZoneException: on purpose", told.Message);
        Assert.Contains("at Pkv.Tests.Support.BrokenCommand.Throw", told.Message);
        Assert.False(File.Exists(server.PoolPath));
        server.Dispose();
    }

    [Fact]
    public void A_server_that_closed_a_connection_for_an_error_fails_its_test()
    {
        PkvServer server = new();
        using (new BrokenCommand(server.Host, "get", LockMode.Keys))
        using (RespClient client = server.Connect())
        {
            Assert.True(client.Call("GET", "k").IsError);
            // The client's exception tells it, too: with a server that several tests share, it is the only one that does in time.
            string told = Assert.Throws<IOException>(client.Read).Message;
            Assert.StartsWith("the server closed the connection\nBUG in get closed the connection of 127.0.0.1:", told);
        }
        Assert.Contains("InvalidTimeZoneException: on purpose", Assert.Throws<ServerFaultException>(server.Dispose).Message);
    }

    [Fact]
    public void Stopping_it_to_go_on_fails_as_well()
    {
        using PkvServer server = new();
        using (new BrokenCommand(server.Host, "get", LockMode.Keys))
        using (RespClient client = server.Connect())
            Assert.True(client.Call("GET", "k").IsError);
        Assert.Throws<ServerFaultException>(server.Restart);
    }

    [Fact]
    public void What_the_test_threw_before_is_not_hidden()
    {
        ServerFaultException told = Assert.Throws<ServerFaultException>(() =>
        {
            using PkvServer server = new();
            using BrokenCommand get = new(server.Host, "get", LockMode.Keys);
            using RespClient client = server.Connect();
            Assert.Equal("$v", client.Call("GET", "k").ToString());
        });
        Assert.Contains("BUG in get closed the connection", told.Message);
        Assert.Contains("internal error, see the server's log", Assert.IsType<Xunit.Sdk.EqualException>(told.InnerException).Message);
    }

    [Fact]
    public void A_test_that_is_about_the_failure_goes_on()
    {
        using PkvServer server = new() { MayFail = true };
        using BrokenCommand get = new(server.Host, "get", LockMode.Keys);
        using RespClient client = server.Connect();
        Assert.True(client.Call("GET", "k").IsError);
        Assert.Equal("the server closed the connection", Assert.Throws<EndOfStreamException>(client.Read).Message);
    }

    [Theory]
    [InlineData("Ready to accept connections on port 1\nBye bye...", null)]
    [InlineData("Ready\nFATAL BUG in pkv-io-0, set: X: y; ending with exit code 70\n   at Z", "FATAL BUG in pkv-io-0, set: X: y; ending with exit code 70\n   at Z")]
    [InlineData("Ready\nProcess terminated. Assertion failed.\nwhy\n   at Z", "Process terminated. Assertion failed.\nwhy\n   at Z")]
    [InlineData("Ready\n12:00 BUG in get closed the connection of 127.0.0.1:1: X: y", "12:00 BUG in get closed the connection of 127.0.0.1:1: X: y")]
    public void What_a_child_printed_is_searched_for_it(string output, string? fault) => Assert.Equal(fault, ServerFault.In(output));
}
