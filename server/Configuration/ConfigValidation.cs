namespace Pkv.Server.Configuration;

/// <summary>Checks options against each other, once all sources are applied.</summary>
internal static class ConfigValidation
{
    private static readonly string[] DramOptions = ["dram-write-latency-ns", "dram-bandwidth-mbps", "dram-flush"];

    /// <exception cref="ConfigException">A combination makes no sense; the message names the origin of what to change.</exception>
    internal static void Check(PkvOptions options, Func<string, string> originOf)
    {
        foreach (ConfigOption option in DramOptions.Select(static name => OptionRows.Find(name)!))
        {
            if (options.Medium != MediumChoice.Dram && !option.IsDefault(options))
                Fail(option.Name, options, originOf, $"it emulates a slower medium and works only on dram, but the medium is {Text("medium", options)} (allowed: with medium dram only)");
        }

        if (options.Medium == MediumChoice.Dax && options.Pool.Length == 0)
            Fail("medium", options, originOf, "dax needs a pool (allowed: --pool with a file on an fs-dax mount or a device-DAX node)");
        if (options.UnixSocket.Length > 0)
            return;
        if (options.Port == 0)
            Fail("port", options, originOf, "no address to listen on (allowed: a port from 1 to 65535, or a unixsocket)");
        if (options.Bind.Count == 0)
            Fail("bind", options, originOf, "no address to listen on (allowed: at least one address, or a unixsocket)");
    }

    /// <summary>Directives about security and durability that cannot be honoured: the start stops, or each is noted if it is to go on.</summary>
    /// <exception cref="ConfigException">One asks for what is not there, and <c>allow-unsupported</c> is no.</exception>
    internal static void CheckSupport(PkvOptions options, Func<string, string> originOf, Action<string> note)
    {
        foreach (ConfigOption option in OptionRows.All)
        {
            if (option.Unsupported is null || option.IsDefault(options))
                continue;
            if (!options.AllowUnsupported)
            {
                Fail(option.Name, options, originOf,
                    $"not supported: {option.Unsupported} (remove it, or set allow-unsupported yes to start without what it asks for)");
            }

            note($"{option.Name} is ignored: {option.Unsupported}");
        }
    }

    private static string Text(string name, PkvOptions options) => OptionRows.Find(name)!.Format(options);

    private static void Fail(string name, PkvOptions options, Func<string, string> originOf, string reason)
        => throw new ConfigException($"{originOf(name)}: '{ConfigApplier.Show(name, Text(name, options))}': {reason}");
}
