using Pkv.Tests.Support;
using Pkv.Ycsb.Cli;
using Pkv.Ycsb.Core;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Generators;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>Workload files, the command line, and what they make of a workload.</summary>
public sealed class PropertyTests
{
    [Fact]
    public void Java_property_files_are_understood()
    {
        const string Text = "# comment\n! another\r\n\n  a=1\nb : two words  \r\nc three\nd=x\\\n   y\ne\nf\\ g=\\t|\\=\nh=1\\\\\ni==2";
        Assert.Equal([("a", "1"), ("b", "two words"), ("c", "three"), ("d", "xy"), ("e", ""), ("f g", "\t|="), ("h", "1\\"), ("i", "=2")], PropertyFile.Parse(Text));
    }

    [Fact]
    public void The_command_line_goes_before_files_wherever_it_stands()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "recordcount=10\nfieldcount=3\nthreadcount=2");
            CommandLine line = CommandLine.Parse(["load", "redis", "-p", "recordcount=20", "-P", file, "-threads", "4", "-target", "100", "-s", "-l", "x", "-json", "j", "-hlog", "h", "-plot", "p"]);
            Assert.True(line.IsLoad);
            Assert.Equal(("20", "3", "4", "100"), (line.Properties.Find("recordcount"), line.Properties.Find("fieldcount"), line.Properties.Find("threadcount"), line.Properties.Find("target")));
            Assert.Equal(("true", "x", "j", "h", "p"), (line.Properties.Find("status"), line.Properties.Find("label"), line.JsonPath, line.LatencyLogPath, line.PlotPrefix));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("-threads 4 -p threadcount=8", "8")]
    [InlineData("-p threadcount=8 -threads 4", "4")]
    [InlineData("-threads 4 -threads 5", "5")]
    public void Of_two_values_of_a_property_the_later_counts(string options, string threads) =>
        Assert.Equal(threads, CommandLine.Parse(["load", "redis", .. options.Split(' ')]).Properties.Find("threadcount"));

    [Theory]
    [InlineData("walk redis")]
    [InlineData("load")]
    [InlineData("load mongodb")]
    [InlineData("run redis -p novalue")]
    [InlineData("run redis -p")]
    [InlineData("run redis --threads 4")]
    public void Wrong_command_lines_are_refused(string arguments)
    {
        Assert.Throws<ArgumentException>(() => CommandLine.Parse(arguments.Split(' ')));
        Assert.Equal(2, YcsbProgram.Run(arguments.Split(' ')));
    }

    [Theory]
    [InlineData("--help", @"^usage: pkv-ycsb load\|run redis .*\n(.*\n)*  -hlog FILE .*\n")]
    [InlineData("run redis -s -help", @"^usage: pkv-ycsb load\|run redis ")]
    [InlineData("--version", @"^pkv-ycsb \d+\.\d+\.\d+\S*\n$")]
    public void The_program_says_what_it_is(string arguments, string expected)
    {
        ProgramRun run = ProgramRun.Of("pkv-ycsb", arguments.Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(expected, run.Out);
    }

    [Theory]
    [InlineData("recordcount=0")]
    [InlineData("recordcount=ten")]
    [InlineData("insertstart=5;insertcount=6")]
    [InlineData("requestdistribution=pareto")]
    [InlineData("fieldlengthdistribution=histogram")]
    [InlineData("scanlengthdistribution=latest")]
    [InlineData("readproportion=0;updateproportion=0")]
    [InlineData("readproportion=-1")]
    [InlineData("dataintegrity=true;fieldlengthdistribution=uniform")]
    [InlineData("minscanlength=9;maxscanlength=8")]
    [InlineData("exponential.percentile=100;requestdistribution=exponential")]
    [InlineData("workload=site.ycsb.workloads.TimeSeriesWorkload")]
    [InlineData("operationcount=0")]
    [InlineData("measurement.interval=never")]
    [InlineData("measurementtype=raw")]
    [InlineData("client.wait=yawn")]
    [InlineData("threadcount=0")]
    public void Wrong_properties_are_refused(string properties)
    {
        PropertySet set = Properties("recordcount=10;operationcount=10;" + properties);
        Assert.Throws<ArgumentException>(() => (new RunSettings(set, isLoad: false), new CoreWorkload(set, 10)));
    }

    [Fact]
    public void Defaults_are_YCSBs()
    {
        CoreWorkload workload = new(Properties("recordcount=10"), 0);
        Assert.Equal((10L, 0L, 10L, 1, false), (workload.RecordCount, workload.InsertStart, workload.InsertCount, workload.ZeroPadding, workload.IsOrdered));
        Assert.Equal((10, 100, true, false, false, false), (workload.FieldCount, workload.FieldLengthMost, workload.ReadsAllFields, workload.ReadsAllFieldsByName, workload.WritesAllFields, workload.ChecksData));
        Assert.Equal("field9"u8.ToArray(), workload.FieldNames[9]);
        Assert.Equal((0.95, 0.05), (workload.Mix.ShareOf(OperationKind.Read), Math.Round(workload.Mix.ShareOf(OperationKind.Update), 12)));
        Assert.IsType<UniformGenerator>(workload.Keys(new RandomSource(0)));
        Assert.Equal(100, workload.FieldLengths(new RandomSource(0)).Next());
    }

    [Theory]
    [InlineData("workloada", 0.5, 0.5, 0, 0, 0, "ScrambledZipfianGenerator")]
    [InlineData("workloadb", 0.95, 0.05, 0, 0, 0, "ScrambledZipfianGenerator")]
    [InlineData("workloadc", 1, 0, 0, 0, 0, "ScrambledZipfianGenerator")]
    [InlineData("workloadd", 0.95, 0, 0.05, 0, 0, "LatestGenerator")]
    [InlineData("workloade", 0, 0, 0.05, 0.95, 0, "ScrambledZipfianGenerator")]
    [InlineData("workloadf", 0.5, 0, 0, 0, 0.5, "ScrambledZipfianGenerator")]
    [InlineData("writes", 0, 1, 0, 0, 0, "ScrambledZipfianGenerator")]
    public void The_workloads_that_come_with_it_are_the_standard_ones(string name, double read, double update, double insert, double scan, double both, string keys)
    {
        PropertySet set = new();
        set.AddFile(WorkloadFile(name));
        CoreWorkload workload = new(set, set.Number("operationcount", 0));
        double[] shares = [.. Enum.GetValues<OperationKind>().Select(kind => Math.Round(workload.Mix.ShareOf(kind), 12))];
        Assert.Equal([read, update, insert, scan, both], shares);
        Assert.Equal(keys, workload.Keys(new RandomSource(0)).GetType().Name);
        Assert.Equal((1000L, 1000L), (workload.RecordCount, set.Number("operationcount", 0)));
        if (name == "workloade") Assert.Equal("100", set.Find("maxscanlength"));
    }

    [Fact]
    public void Kinds_are_drawn_in_proportion()
    {
        OperationMix mix = new(Properties("readproportion=2;updateproportion=1;scanproportion=1"));
        RandomSource random = new(1);
        int[] seen = new int[5];
        for (int i = 0; i < 40_000; i++) seen[(int)mix.Draw(random)]++;
        Assert.InRange(seen[(int)OperationKind.Read], 19_500, 20_500);
        Assert.InRange(seen[(int)OperationKind.Scan], 9_600, 10_400);
        Assert.Equal((0, 0), (seen[(int)OperationKind.Insert], seen[(int)OperationKind.ReadModifyWrite]));
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("zipfian")]
    [InlineData("latest")]
    [InlineData("hotspot")]
    [InlineData("sequential")]
    [InlineData("exponential")]
    public void Nobody_is_sent_to_a_record_that_is_not_there(string distribution)
    {
        PropertySet set = Properties($"recordcount=50;insertproportion=0.5;requestdistribution={distribution}");
        OperationSource source = new(new CoreWorkload(set, 100), isLoad: false, seed: 1);
        for (int i = 0; i < 10_000; i++) Assert.InRange(source.NextRecord(), 0, 49);
        source.EndInsert(source.NextInsert());
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.InRange(source.NextRecord(), 0, 50));
    }

    /// <summary>A file of ycsb/workloads, as it lies beside the program.</summary>
    internal static string WorkloadFile(string name) => Path.Combine(AppContext.BaseDirectory, "workloads", name);

    /// <summary>Properties out of "a=1;b=2"; later ones go before earlier ones.</summary>
    internal static PropertySet Properties(string text)
    {
        PropertySet set = new();
        foreach (string part in text.Split(';'))
            set.Set(part[..part.IndexOf('=')], part[(part.IndexOf('=') + 1)..]);
        return set;
    }
}
