using Pkv.Engine.Settings;
using Pkv.Server.Configuration;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>The format of redis.conf: words and quotes, units, includes, repetition, whole files.</summary>
public sealed class RedisConfTests : ConfigFixture
{
    [Theory]
    [InlineData("a b\t c", "a|b|c")]
    [InlineData("", "")]
    [InlineData("\"a b\" 'c d'", "a b|c d")]
    [InlineData("\"\" ''", "|")]
    [InlineData("\"\\x41\\n\\r\\t\\b\\a\\\"\\\\\\q\"", "A\n\r\t\b\a\"\\q")]
    [InlineData("\"\\xzz\\x4\"", "xzzx4")]
    [InlineData("\"\\xc3\\xa9\" é", "é|é")]
    [InlineData("'it\\'s \\n'", "it's \\n")]
    [InlineData("a\"b c\"", "ab c")]
    [InlineData("a\\nb", "a\\nb")]
    public void WordsAreSplitAsRedisDoes(string line, string expected)
    {
        Assert.Null(ConfigWords.Split(line, out List<string> words));
        Assert.Equal(expected, string.Join('|', words));
    }

    [Theory]
    [InlineData("\"a")]
    [InlineData("'a")]
    [InlineData("\"a\"b")]
    [InlineData("'a'b")]
    [InlineData("\"a\\\"")]
    [InlineData("'a\\'")]
    public void UnbalancedQuotesAreAnError(string line) => Assert.Equal(ConfigWords.QuoteError, ConfigWords.Split(line, out _));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData(" \" ' \\ \n\r\t\a\b\u0001\u007f é € 🔑")]
    public void QuotedWordsComeBack(string word)
    {
        Assert.Null(ConfigWords.Split(ConfigWords.Quote(word), out List<string> words));
        Assert.Equal(word, Assert.Single(words));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7b", 7)]
    [InlineData("1k", 1000)]
    [InlineData("1KB", 1024)]
    [InlineData("1m", 1_000_000)]
    [InlineData("1Mb", 1 << 20)]
    [InlineData("1g", 1_000_000_000)]
    [InlineData("2gB", 2L << 30)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void UnitsAreRedis(string text, long bytes)
    {
        Assert.True(MemorySize.TryParse(text, out long parsed));
        Assert.Equal(bytes, parsed);
        Assert.True(MemorySize.TryParse(MemorySize.ToShortText(bytes), out long again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("kb")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1 gb")]
    [InlineData("1.5gb")]
    [InlineData("1tb")]
    [InlineData("9223372036854775808")]
    [InlineData("8589934592gb")]
    public void OtherSizesAreRefused(string text) => Assert.False(MemorySize.TryParse(text, out _));

    [Theory]
    [InlineData("+5")]
    [InlineData("05")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("-0")]
    [InlineData("")]
    [InlineData("99999999999999999999")]
    public void IntegersAreStrict(string text) => Assert.False(NumberOption.TryParseInteger(text, out _));

    [Fact]
    public void IncludesAreReadWhereTheyStandAndInOrder()
    {
        Write("1.inc", "hz 1\ntimeout 1\n");
        Write("2.inc", "timeout 2\n");
        Write("x.other", "timeout 9\n");
        string conf = Write("a.conf", $"hz 5\ninclude {Folder}/*.inc\ninclude {Folder}/none*.conf\ninclude \"{Write("last.x", "databases 3")}\"\nport 7\n");
        PkvOptions options = Loaded(conf);
        Assert.Equal((1, 2, 3, 7), (options.Hz, options.ClientTimeoutSeconds, options.Databases, options.Port));
        Assert.Equal(conf, Load(conf).ConfigFile);
    }

    [Fact]
    public void LastOfRepeatedDirectivesWinsAndClassesAddUp()
    {
        PkvOptions options = Loaded(Write("a.conf",
            "PORT 1\nport 2\nhash-max-ziplist-entries 5\nhash-max-listpack-entries 6\r\n"
            + "client-output-buffer-limit normal 1 2 3\nclient-output-buffer-limit slave 4 5 6\n"
            + "rename-command CONFIG \"\"\nrename-command KEYS k\nsave 900 1\nsave 60 5\n"));
        Assert.Equal(2, options.Port);
        Assert.Equal(6, options.HashMaxListpackEntries);
        Assert.Equal(new OutputBufferLimit(1, 2, 3), options.ClientOutputBufferLimits.Normal);
        Assert.Equal(new OutputBufferLimit(4, 5, 6), options.ClientOutputBufferLimits.Replica);
        Assert.Equal(OutputBufferLimits.Default.Pubsub, options.ClientOutputBufferLimits.Pubsub);
        Assert.Equal([new CommandRename("CONFIG", ""), new CommandRename("KEYS", "k")], options.CommandRenames);
    }

    [Fact]
    public void DirectivesOfRedisAreTakenOrNamed()
    {
        ConfigLoadResult result = Load(Write("redis.conf", """
            # A file in the style of Redis 7.0's own
            bind 127.0.0.1 -::1
            protected-mode yes
            tcp-backlog 511
            daemonize yes
            supervised no
            tls-port 6380
            user alice on >secret ~* +@all
            proc-title-template "{title} {listen-addr} {server-mode}"
            save 3600 1 300 100
            appendonly no
            appendfilename "appendonly.aof"
            replica-serve-stale-data yes
            maxmemory 2gb
            maxmemory-policy allkeys-lru
            oom-score-adj-values 0 200 800
            notify-keyspace-events ""
            list-max-listpack-size -2
            client-output-buffer-limit replica 256mb 64mb 60
            latency-tracking-info-percentiles 50 99 99.9
            replica-serve-stale-data no
            """), "--allow-unsupported", "yes");
        Assert.Null(result.ErrorLine);
        Assert.Equal(
            ["appendfilename", "latency-tracking-info-percentiles", "oom-score-adj-values", "proc-title-template",
             "replica-serve-stale-data", "supervised", "tls-port", "user"],
            result.Ignored.Order());
        Assert.Equal(6, result.Warnings.Count);
        Assert.StartsWith("Directives of Redis that have no meaning here, ignored: ", result.Warnings[0]);
        Assert.Contains("appendonly no is ignored: the log is the store, it cannot be turned off", result.Notes);
        Assert.Contains(result.Notes, static note => note.StartsWith("daemonize yes is ignored: ", StringComparison.Ordinal));
        Assert.Contains(result.Notes, static note => note.StartsWith("save is ignored: ", StringComparison.Ordinal));
        Assert.Contains("tls-port is ignored: connections are not encrypted", result.Notes);
        Assert.Contains("user is ignored: there is one user, whose password is requirepass", result.Notes);
        Assert.Equal(["127.0.0.1", "-::1"], result.Options!.Bind);
        Assert.Equal((2L << 30, EvictionPolicy.AllKeysLru), (result.Options.MaxMemoryBytes, result.Options.MaxMemoryPolicy));
    }

    [Fact]
    public void TheDistributionsFileLoadsIfItIsThere()
    {
        const string path = "/etc/redis/redis.conf";
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return; // Not installed, or not for us to read: DirectivesOfRedisAreTakenOrNamed covers the format.
        }

        ConfigLoadResult result = LoadWithInput(text, "-");
        Assert.Null(result.ErrorLine);
        Assert.DoesNotContain(result.Notes, static note => note.Contains("supported", StringComparison.Ordinal));
        Assert.Equal("dump.rdb", result.Options!.DbFilename);
        Assert.Contains("rdbcompression", result.Ignored);
        Assert.Contains("appendfilename", result.Ignored);
        Assert.DoesNotContain("port", result.Ignored);
    }

    [Fact]
    public void DirectivesThatAskForNoProtectionAtAllAreNoDanger()
    {
        ConfigLoadResult result = Load(Write("redis.conf",
            "tls-port 0\ntls-auth-clients yes\nmin-replicas-to-write 0\nmin-slaves-max-lag 10\nreplicaof no one\naclfile \"\"\nmasterauth \"\"\ncluster-enabled no\n"));
        Assert.Null(result.ErrorLine);
        Assert.Single(result.Warnings);
    }
}
