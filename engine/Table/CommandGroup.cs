namespace Pkv.Engine.Table;

/// <summary>The group under which COMMAND DOCS and the docs list a command.</summary>
public enum CommandGroup
{
#pragma warning disable CS1591 // Each member is the group of that name on Redis's command pages.
    String,
    Generic,
    Connection,
    Server,
    Transactions,
    Bitmap,
    List,
    Hash,
    Set,
    SortedSet,
    Stream,
    HyperLogLog,
    Geo,
    PubSub,
    Scripting,
    Cluster,
#pragma warning restore CS1591
}

/// <summary>The names of <see cref="CommandGroup"/> in COMMAND DOCS.</summary>
public static class CommandGroupNames
{
    /// <summary>The wire name, for instance "sorted-set".</summary>
    public static string ToWireName(this CommandGroup group) => group switch
    {
        CommandGroup.SortedSet => "sorted-set",
        _ => group.ToString().ToLowerInvariant(),
    };
}
