
namespace Pkv.Server.Configuration;

/// <summary>
/// The option table bound to one server's values: what CONFIG GET, SET and REWRITE do. Error texts are
/// Redis 7.0's, complete with their <c>ERR </c> prefix, ready to be sent.
/// Threads: all members may be called from any I/O thread; one lock makes a CONFIG SET of several options
/// all-or-nothing also for CONFIG GET. Readers of <see cref="PkvOptions"/> take no lock. This is a rare
/// path and allocates freely.
/// </summary>
public sealed class ConfigTable(PkvOptions options, string? configFile = null)
{
    private readonly Lock gate = new();

    /// <summary>All rows, section by section.</summary>
    public static IReadOnlyList<ConfigOption> Rows => OptionRows.All;

    /// <summary>The values the table reads and writes.</summary>
    public PkvOptions Options { get; } = options;

    /// <summary>Absolute path of the configuration file the server was started from; null if there is none.</summary>
    public string? ConfigFile { get; } = configFile;

    /// <summary>
    /// Asked for each option of a CONFIG SET once all its values are in place and before it succeeds, under
    /// the table's lock. To put a value into effect can fail here (too few file descriptors for
    /// <c>maxclients</c>): a text returned undoes the whole CONFIG SET and becomes its error.
    /// </summary>
    public Func<string, string?>? Applying { get; set; }

    /// <summary>Raised with an option's name for each option of a CONFIG SET that succeeded, outside the lock.</summary>
    public event Action<string>? Changed;

    /// <summary>The row of a name or alias, in any case; null if there is none.</summary>
    public static ConfigOption? Find(string name) => OptionRows.Find(name);

    /// <summary>CONFIG GET: every option whose name or alias a pattern matches, once; a plain name as the client wrote it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Get(params IReadOnlyList<string> patterns)
    {
        var answer = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        lock (gate)
        {
            foreach (string pattern in patterns)
            {
                if (!NamePattern.IsPattern(pattern))
                {
                    if (Find(pattern) is { Visible: true } option && seen.Add(pattern))
                        answer.Add(new(pattern, option.Format(Options)));
                    continue;
                }

                foreach ((string name, ConfigOption option) in OptionRows.Names)
                {
                    if (option.Visible && NamePattern.IsMatch(pattern, name) && seen.Add(name))
                        answer.Add(new(name, option.Format(Options)));
                }
            }
        }

        return answer;
    }

    /// <summary>CONFIG SET: all pairs or none.</summary>
    /// <param name="pairs">Name and value as the client sent them.</param>
    /// <param name="error">The error reply without its <c>-</c>; empty on success.</param>
    /// <param name="isLocal">Whether the client is on this machine.</param>
    public bool TrySet(IReadOnlyList<KeyValuePair<string, string>> pairs, out string error, bool isLocal = false)
    {
        lock (gate)
        {
            if (!TryParse(pairs, isLocal, out List<Action<PkvOptions>> changes, out error) || !TryApply(pairs, changes, out error))
                return false;
        }

        foreach ((string name, _) in pairs)
            Changed?.Invoke(Find(name)!.Name);
        return true;
    }

    /// <summary>CONFIG REWRITE: brings the file the server was started from up to date, by way of a new file and a rename.</summary>
    /// <param name="error">The error reply without its <c>-</c>; empty on success.</param>
    public bool Rewrite(out string error)
    {
        error = "";
        if (ConfigFile is null)
        {
            error = "ERR The server is running without a config file";
            return false;
        }

        lock (gate)
        {
            try
            {
                string[] before = File.Exists(ConfigFile) ? File.ReadAllLines(ConfigFile) : [];
                AtomicFile.Replace(ConfigFile, ConfigRewriter.Rewrite(before, Options));
                return true;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                error = $"ERR Rewriting config file: {failure.Message}";
                return false;
            }
        }
    }

    private static string Failed(string name, string reason)
        => $"ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}";

    private bool TryParse(IReadOnlyList<KeyValuePair<string, string>> pairs, bool isLocal, out List<Action<PkvOptions>> changes, out string error)
    {
        changes = [];
        var seen = new HashSet<ConfigOption>();
        foreach ((string name, _) in pairs)
        {
            ConfigOption? option = Find(name);
            if (option is not { Visible: true })
            {
                error = $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
                return false;
            }

            string? reason = option.Mutability switch
            {
                ConfigMutability.Immutable => "can't set immutable config",
                ConfigMutability.Protected when !AccessRule.Allows(Options.EnableProtectedConfigs, isLocal) => "can't set protected config",
                _ => seen.Add(option) ? null : "duplicate parameter",
            };
            if (reason is not null)
            {
                error = Failed(name, reason);
                return false;
            }
        }

        foreach ((string name, string value) in pairs)
        {
            ConfigOption option = Find(name)!;
            string? reason = option.Parse(value, out Action<PkvOptions> change) ?? option.RefuseAtRunTime(value) ?? RefuseUnsupported(option, change);
            if (reason is not null)
            {
                error = Failed(name, reason);
                return false;
            }

            changes.Add(change);
        }

        error = "";
        return true;
    }

    private string? RefuseUnsupported(ConfigOption option, Action<PkvOptions> change)
    {
        if (option.Unsupported is null || Options.AllowUnsupported)
            return null;
        PkvOptions scratch = new();
        change(scratch);
        return option.IsDefault(scratch) ? null : $"not supported: {option.Unsupported}";
    }

    private bool TryApply(IReadOnlyList<KeyValuePair<string, string>> pairs, List<Action<PkvOptions>> changes, out string error)
    {
        List<Action<PkvOptions>> undo = Applying is null ? [] : [.. pairs.Select(pair => Restore(Find(pair.Key)!))];
        foreach (Action<PkvOptions> change in changes)
            change(Options);
        foreach ((string name, _) in pairs)
        {
            string? reason = Applying?.Invoke(Find(name)!.Name);
            if (reason is null)
                continue;
            foreach (Action<PkvOptions> step in undo)
                step(Options);
            error = Failed(name, reason);
            return false;
        }

        error = "";
        return true;
    }

    /// <summary>The change that brings back the present value: what CONFIG GET shows can always be parsed.</summary>
    private Action<PkvOptions> Restore(ConfigOption option)
    {
        string? reason = option.Parse(option.Format(Options), out Action<PkvOptions> change);
        return reason is null ? change : throw new InvalidOperationException($"{option.Name}: {reason}");
    }
}
