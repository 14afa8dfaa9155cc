namespace Pkv.Bench.Client;

/// <summary>How verbs are called on the command line, in cells of tables and in names of sections.</summary>
internal static class VerbName
{
    public static string Name(this Verb verb) => verb switch
    {
        Verb.Set => "set",
        Verb.Get => "get",
        _ => "mixed",
    };
}
