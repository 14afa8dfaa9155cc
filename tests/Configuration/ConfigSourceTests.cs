using System.Text.Json;
using Pkv.Server.Configuration;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>Every option from every source, and which source wins.</summary>
public sealed class ConfigSourceTests : ConfigFixture
{
    public static TheoryData<string, string, string> Samples
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach ((string name, string value, string shown) in OptionSamples.All)
                data.Add(name, value, shown);
            return data;
        }
    }

    [Fact]
    public void EveryVisibleOptionHasASample()
        => Assert.Equal(
            ConfigTable.Rows.Where(static row => row.Visible).Select(static row => row.Name).Order(),
            OptionSamples.All.Select(static sample => sample.Name).Order());

    [Theory]
    [MemberData(nameof(Samples))]
    public void IsReadFromEverySource(string name, string value, string shown)
    {
        string[] companions = OptionSamples.Companions(name);
        Assert.Equal(shown, GetOne(LoadedTable(["--" + name, value, .. companions]), name));
        Assert.Equal(shown, GetOne(LoadedTable([$"--{name}={value}", .. companions]), name));

        bool many = ConfigTable.Find(name)!.Kind == ConfigKind.List;
        string line = $"{name} {(many ? value : ConfigWords.Quote(value))}\n";
        Assert.Equal(shown, GetOne(LoadedTable([Write("a.conf", line), .. companions]), name));
        Assert.Equal(shown, GetOne(LoadWithInput(line, ["-", .. companions]).Table!, name));

        Write("appsettings.json", JsonSerializer.Serialize(new { Pkv = new Dictionary<string, string> { [name] = value } }));
        Assert.Equal(shown, GetOne(LoadedTable(companions), name));
        File.Delete(Path.Combine(Folder, "appsettings.json"));

        SetVariable(name.ToUpperInvariant().Replace('-', '_'), value);
        Assert.Equal(shown, GetOne(LoadedTable(companions), name));
    }

    [Fact]
    public void DefaultsAreRedis70sWhereRedisHasThem()
    {
        PkvOptions options = Loaded();
        Assert.Equal(6379, options.Port);
        Assert.Equal(["127.0.0.1"], options.Bind);
        Assert.Equal(512L << 20, options.ProtoMaxBulkLenBytes);
        Assert.Equal(1L << 30, options.ClientQueryBufferLimitBytes);
        Assert.Equal(AppendFsyncPolicy.EverySecond, options.AppendFsync);
        Assert.Equal(512, options.HashMaxListpackEntries);
        Assert.Equal(ClientAccess.No, options.EnableDebugCommand);
        Assert.InRange(options.IoThreads, 1, PkvOptions.IoThreadCountMax);
        Assert.Empty(Load().Warnings);
        Assert.Null(Load().ConfigFile);
    }

    [Fact]
    public void LaterSourcesWin()
    {
        Write("appsettings.json", """{ "Pkv": { "port": 1, "timeout": 1, "hz": 1, "databases": 1 } }""");
        string conf = Write("a.conf", "port 2\ntimeout 2\nhz 2\n");
        SetVariable("PORT", "3");
        SetVariable("TIMEOUT", "3");
        PkvOptions options = Loaded(conf, "--port", "4");
        Assert.Equal((4, 3, 2, 1), (options.Port, options.ClientTimeoutSeconds, options.Hz, options.Databases));
    }

    [Fact]
    public void AWrongValueIsRefusedEvenIfOverridden()
        => Assert.Contains("a.conf, line 1", ErrorOf(Write("a.conf", "port abc\n"), "--port", "4"));

    [Fact]
    public void JsonTakesNativeTypesListsAndOtherSpellings()
    {
        Write("appsettings.json", """
            { "Logging": { "x": 1 },
              "Pkv": { "PoolSize": "1gb", "dynamic_hz": false, "prefault": true, "save": [ "900 1", "60 5" ],
                       "client-output-buffer-limit": [ "normal 1 2 3", "pubsub 4 5 6" ] } }
            """);
        PkvOptions options = Loaded();
        Assert.Equal(1L << 30, options.PoolSizeBytes);
        Assert.False(options.DynamicHz);
        Assert.True(options.Prefault);
        Assert.Equal(new OutputBufferLimit(1, 2, 3), options.ClientOutputBufferLimits.Normal);
        Assert.Equal(new OutputBufferLimit(4, 5, 6), options.ClientOutputBufferLimits.Pubsub);
    }

    [Fact]
    public void TheCommandLineTakesSeveralWordsAndRepetitions()
    {
        PkvOptions options = Loaded(
            "--bind", "127.0.0.1", "::1", "--save", "", "--client-output-buffer-limit", "normal", "1", "2", "3",
            "--client-output-buffer-limit", "replica 4 5 6", "--PORT", "7", "--rename-command", "FLUSHALL", "",
            "--rename-command", "CONFIG x1", "--requirepass=--a=b c");
        Assert.Equal(["127.0.0.1", "::1"], options.Bind);
        Assert.Equal(new OutputBufferLimit(1, 2, 3), options.ClientOutputBufferLimits.Normal);
        Assert.Equal(new OutputBufferLimit(4, 5, 6), options.ClientOutputBufferLimits.Replica);
        Assert.Equal(7, options.Port);
        Assert.Equal([new CommandRename("FLUSHALL", ""), new CommandRename("CONFIG", "x1")], options.CommandRenames);
        Assert.Equal("--a=b c", options.RequirePass);
    }

    [Fact]
    public void VariablesOfContainerPlatformsAreNoted()
    {
        string port = SetVariable("PORT", "tcp://10.0.0.1:6379");
        string host = SetVariable("SERVICE_HOST", "10.0.0.1");
        ConfigLoadResult result = Load();
        Assert.Equal(6379, result.Options!.Port);
        Assert.Contains($"environment variable {port} is ignored: a service address, not a value", result.Notes);
        Assert.Contains($"environment variable {host} is ignored: no such option", result.Notes);
    }

    [Theory]
    [InlineData("--help", "--appendfsync")]
    [InlineData("-h", "Usage: pkv-server")]
    [InlineData("--version", "Pkv server v=")]
    [InlineData("-v", "Pkv server v=")]
    public void HelpAndVersionArePrinted(string argument, string expected)
    {
        ConfigLoadResult result = Load(argument);
        Assert.Contains(expected, result.Text);
        Assert.Equal((0, null, null), (result.ExitCode, result.Options, result.ErrorLine));
    }

    [Fact]
    public void ThePoolHasADefaultForEachMedium()
    {
        PkvOptions options = Loaded("--dir", Folder, "--port", "7123");
        Assert.Equal(Path.Combine(Folder, "data/pkv.pool"), PoolPath.Resolve(options, MediumChoice.File));
        Assert.Equal("/dev/shm/pkv-7123.pool", PoolPath.Resolve(options, MediumChoice.Dram));
        Assert.Throws<ArgumentException>(() => PoolPath.Resolve(options, MediumChoice.Dax));
        Assert.Equal("/x/y", PoolPath.Resolve(Loaded("--pool", "/x/y"), MediumChoice.File));
    }
}
