using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>A wrong configuration is one line that says where it stands, what is wrong and what is allowed.</summary>
public sealed class ConfigErrorTests : ConfigFixture
{
    [Theory]
    [InlineData("port abc", "'port abc': argument couldn't be parsed into an integer (allowed: 0 to 65535)")]
    [InlineData("port 99999", "'port 99999': argument must be between 0 and 65535 inclusive")]
    [InlineData("port", "'port': wrong number of arguments")]
    [InlineData("port 1 2", "'port 1 2': wrong number of arguments")]
    [InlineData("port \"1", "'port \"1': Unbalanced quotes in configuration line")]
    [InlineData("port \"1\"2", "'port \"1\"2': Unbalanced quotes in configuration line")]
    [InlineData("pidfile \"\\xff\"", "'pidfile \"\\xff\"': a value is not valid UTF-8")]
    [InlineData("maxmemory 1.5gb", "'maxmemory 1.5gb': argument must be a memory value (allowed: 0 or more bytes, plain or with a unit: b k kb m mb g gb)")]
    [InlineData("maxmemory 9999999999gb", "'maxmemory 9999999999gb': argument must be a memory value")]
    [InlineData("proto-max-bulk-len 1", "argument must be between 1048576 and 9223372036854775807 inclusive")]
    [InlineData("appendonly maybe", "'appendonly maybe': argument must be 'yes' or 'no'")]
    [InlineData("loglevel x", "'loglevel x': argument(s) must be one of the following: debug, verbose, notice, warning")]
    [InlineData("appendfsync x", "argument(s) must be one of the following: everysec, always, no")]
    [InlineData("unixsocketperm 799", "argument couldn't be parsed as an octal number")]
    [InlineData("unixsocketperm 1000", "argument must be between 0 and 777 inclusive")]
    [InlineData("save 1", "'save 1': Invalid save parameters")]
    [InlineData("save a b", "'save a b': Invalid save parameters")]
    [InlineData("client-output-buffer-limit foo 1 2 3", "Invalid client class specified in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit normal 1 2", "Wrong number of arguments in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit normal -1 2 3", "Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [InlineData("notify-keyspace-events KQ", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    [InlineData("bind 1.2.3.400", "'bind 1.2.3.400': '1.2.3.400' is not an address")]
    [InlineData("rename-command a", "'rename-command a': wrong number of arguments")]
    [InlineData("rename-command FLUSHAL \"\"", "'rename-command FLUSHAL \"\"': No such command in rename-command")]
    [InlineData("rename-command GET SET", "'rename-command GET SET': Target command name already exists")]
    [InlineData("rename-command GET eval", "'rename-command GET eval': Target command name already exists")]
    [InlineData("user default on >secret ~* &* +@all", "'user ***': not supported: there is one user, whose password is requirepass (remove it, or set allow-unsupported yes to start without what it asks for)")]
    [InlineData("aclfile /etc/users.acl", "'aclfile /etc/users.acl': not supported: there is one user")]
    [InlineData("tls-port 6380", "'tls-port 6380': not supported: connections are not encrypted")]
    [InlineData("tls-auth-clients no", "not supported: connections are not encrypted")]
    [InlineData("tls-key-file-pass word", "'tls-key-file-pass ***': not supported")]
    [InlineData("masterauth word", "'masterauth ***': not supported: there is no replication")]
    [InlineData("masteruser me", "'masteruser me': not supported")]
    [InlineData("min-replicas-to-write 1", "'min-replicas-to-write 1': not supported: there is no replication")]
    [InlineData("min-slaves-max-lag 5", "not supported: there is no replication")]
    [InlineData("replicaof 10.0.0.1 6379", "'replicaof 10.0.0.1 6379': not supported: there is no replication")]
    [InlineData("slaveof 10.0.0.1 6379", "not supported: there is no replication")]
    [InlineData("replicaof 10.0.0.1", "'replicaof 10.0.0.1': wrong number of arguments")]
    [InlineData("cluster-enabled yes", "'cluster-enabled yes': not supported: the server stands alone")]
    [InlineData("loadmodule /lib/m.so", "'loadmodule /lib/m.so': not supported: there are no modules")]
    [InlineData("socket-mark-id 7", "'socket-mark-id 7': not supported")]
    [InlineData("busy-reply-threshold -1", "'busy-reply-threshold -1': argument must be between 0 and 9223372036854775807 inclusive")]
    [InlineData("dbfilename a/b", "dbfilename can't be a path, just a filename")]
    [InlineData("io-threads 65", "argument must be between 1 and 64 inclusive")]
    [InlineData("nonsense 1", "'nonsense 1': unknown directive")]
    [InlineData("requirepass a b", "'requirepass ***': wrong number of arguments")]
    [InlineData("include /no/such/file", "'include /no/such/file': can't open config file '/no/such/file'")]
    public void AFilesErrorNamesFileAndLine(string line, string expected)
    {
        string path = Write("bad.conf", $"# first\n\n{line}\n");
        string error = ErrorOf(path);
        Assert.StartsWith($"{path}, line 3: ", error);
        Assert.Contains(expected, error);
    }

    [Theory]
    [InlineData("command line: 'port abc': argument couldn't be parsed into an integer (allowed: 0 to 65535)", "--port", "abc")]
    [InlineData("command line: '--port': wrong number of arguments (allowed: 0 to 65535)", "--port")]
    [InlineData("command line: '--port 1 2': wrong number of arguments (allowed: 0 to 65535)", "--port", "1", "2")]
    [InlineData("command line: '--requirepass ***': wrong number of arguments (allowed: any text)", "--requirepass", "a", "b")]
    [InlineData("command line: 'foo 1': unknown directive (see --help for the list)", "--foo", "1")]
    [InlineData("command line: '-p' is not an option (allowed: --name value, see --help)", "-p", "1")]
    [InlineData("command line: '--' is not an option (allowed: --name value, see --help)", "--")]
    [InlineData("command line: '--=1' is not an option (allowed: --name value, see --help)", "--=1")]
    [InlineData("command line: 'port -1': argument must be between 0 and 65535 inclusive", "--port", "-1")]
    [InlineData("command line: 'include x': unknown directive (see --help for the list)", "--include", "x")]
    [InlineData("command line: 'port 0': no address to listen on (allowed: a port from 1 to 65535, or a unixsocket)", "--port", "0")]
    [InlineData("command line: 'medium dax': dax needs a pool (allowed: --pool with a file on an fs-dax mount or a device-DAX node)", "--medium", "dax")]
    [InlineData("command line: 'dram-write-latency-ns 5': it emulates a slower medium and works only on dram, but the medium is auto (allowed: with medium dram only)", "--dram-write-latency-ns", "5")]
    [InlineData("command line: 'dram-flush yes': it emulates a slower medium and works only on dram, but the medium is file (allowed: with medium dram only)", "--dram-flush", "yes", "--medium", "file")]
    public void ACommandLinesErrorSaysSo(string expected, params string[] args) => Assert.Equal(expected, ErrorOf(args));

    [Fact]
    public void RenamesAreReadOneAfterTheOther()
    {
        Assert.Null(Load(Write("a.conf", "rename-command GET \"\"\nrename-command SET GET\nrename-command EVAL \"\"\nrename-command keys GET2\nrename-command GET2 SET\n")).ErrorLine);
        Assert.Contains("line 2: 'rename-command GET x': No such command", ErrorOf(Write("b.conf", "rename-command GET \"\"\nrename-command GET x\n")));
        Assert.Contains("'rename-command SET x': Target command name already exists", ErrorOf(Write("c.conf", "rename-command GET x\n"), "--rename-command", "SET", "x"));
    }

    [Fact]
    public void ALaterSourceMayTakeBackWhatIsNotSupported()
    {
        string path = Write("a.conf", "tls-port 6380\n");
        Assert.Null(Load(path, "--tls-port", "0").ErrorLine);
        Assert.Null(Load(path, "--allow-unsupported", "yes").ErrorLine);
        Assert.StartsWith("command line: 'tls-port 1': not supported", ErrorOf("--tls-port", "1"));
    }

    [Fact]
    public void AVariablesErrorNamesIt()
    {
        string name = SetVariable("POOL_SIZE", "lots");
        Assert.Equal(
            $"environment variable {name}: 'pool-size lots': argument must be a memory value (allowed: 0 or more bytes, plain or with a unit: b k kb m mb g gb)",
            ErrorOf());
    }

    [Theory]
    [InlineData("""{ "Pkv": { "port": "x" } }""", "(Pkv:port): 'port x': argument couldn't be parsed into an integer")]
    [InlineData("""{ "Pkv": { "nonsense": 1 } }""", "(Pkv:nonsense): 'nonsense 1': unknown directive")]
    [InlineData("""{ "Pkv": { "port": { "a": 1 } } }""", "(Pkv:port:a): 'port': neither a value nor a list of values")]
    [InlineData("""{ "Pkv": """, "Failed to load configuration from file")]
    public void AJsonFilesErrorNamesTheKey(string json, string expected)
    {
        Write("appsettings.json", json);
        string error = ErrorOf();
        Assert.Contains("appsettings.json", error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void AMissingFileIsAnError()
        => Assert.StartsWith("can't open config file '/no/such.conf': ", ErrorOf("/no/such.conf"));

    [Fact]
    public void AnErrorInAnIncludedFileNamesThatFile()
    {
        string inner = Write("inner.conf", "\nport x\n");
        Assert.StartsWith($"{inner}, line 2: 'port x'", ErrorOf(Write("outer.conf", $"include {inner}\n")));
    }

    [Fact]
    public void AFileThatIncludesItselfIsAnError()
    {
        string path = Path.Combine(Folder, "loop.conf");
        Write("loop.conf", $"include {path}\n");
        Assert.Contains("more than 16 levels of include", ErrorOf(path));
    }

    [Fact]
    public void StandardInputIsNamed()
        => Assert.StartsWith("*** FATAL CONFIG: standard input, line 2: 'hz x'", LoadWithInput("port 1\nhz x", "-").ErrorLine);
}
