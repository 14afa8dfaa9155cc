using System.Text.RegularExpressions;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>Calls out of managed code are declared in linux/, so that constants, layouts and who reads errno stand in one place.</summary>
public sealed class NativeCallTests
{
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["zio/Preload/Kernel.cs"] = "libzio's own C layer, linked into the same library ahead of time: no call of Linux among them",
        ["bench/Native/DiskCalls.cs"] = "bench references nothing of the product: a fault there must not bend the figures",
        ["bench/Native/Libc.cs"] = "as above",
        ["bench/Native/MemoryMap.cs"] = "as above",
        ["bench/Native/Userfaultfd.cs"] = "as above",
        ["ycsb/Redis/Libc.cs"] = "ycsb references nothing of the product, either",
        ["tests/Simulation/AnonymousMap.cs"] = "mincore, by which the simulation finds touched pages; the product does not ask for it",
    };

    [Fact]
    public void Native_calls_are_declared_in_linux()
    {
        foreach (string file in Repository.Files(".cs").Where(f => !f.StartsWith("linux/", StringComparison.Ordinal)))
            Assert.True(!Declares(file) || Exceptions.ContainsKey(file), $"{file} declares a native call: that belongs to linux/");
    }

    [Fact]
    public void Exceptions_are_still_needed()
    {
        foreach ((string file, string reason) in Exceptions)
            Assert.True(Repository.Has(file) && Declares(file), $"{file} ({reason}) declares no native call any more: take it out");
    }

    [Fact]
    public void Linux_declares_nothing_twice()
    {
        IEnumerable<IGrouping<string, string>> repeated = Repository.Files(".cs").Where(f => f.StartsWith("linux/", StringComparison.Ordinal))
            .SelectMany(f => Regex.Matches(Repository.Read(f), @"EntryPoint = ""(\w+)""").Select(m => m.Groups[1].Value))
            .GroupBy(name => name).Where(g => g.Count() > 1);
        Assert.Empty(repeated.Select(g => g.Key));
    }

    private static bool Declares(string file) =>
        Regex.IsMatch(CodeText.Strip(Repository.Read(file)), @"\[\s*(LibraryImport|DllImport)\b");
}
