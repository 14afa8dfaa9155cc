using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>CONFIG GET, SET, REWRITE, RESETSTAT: the option table over the wire. Source: redis.io/commands/config-get and others.</summary>
internal static unsafe class ConfigCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("config|get", &Get);
        bindings.Bind("config|set", &Set, carriesSecret: true);
        bindings.Bind("config|rewrite", &Rewrite);
        bindings.Bind("config|resetstat", &ResetStatistics);
        bindings.Bind("config|help", &HelpReply.Container);
    }

    private static void Get(CommandContext context)
    {
        string[] patterns = new string[context.ArgCount - 2];
        for (int i = 0; i < patterns.Length; i++)
            patterns[i] = Encoding.UTF8.GetString(context.Arg(i + 2));
        IReadOnlyList<KeyValuePair<string, string>> found = context.Server.Config.Get(patterns);
        context.Reply.Map(found.Count);
        foreach ((string name, string value) in found)
        {
            context.Reply.Bulk(name);
            context.Reply.Bulk(value);
        }
    }

    private static void Set(CommandContext context)
    {
        if (context.ArgCount % 2 != 0)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        List<KeyValuePair<string, string>> pairs = [];
        for (int i = 2; i < context.ArgCount; i += 2)
            pairs.Add(new(Encoding.UTF8.GetString(context.Arg(i)), Encoding.UTF8.GetString(context.Arg(i + 1))));
        Answer(context, context.Server.Config.TrySet(pairs, out string error, context.Session.IsLocal), error);
    }

    private static void Rewrite(CommandContext context) => Answer(context, context.Server.Config.Rewrite(out string error), error);

    private static void ResetStatistics(CommandContext context)
    {
        context.Server.ResetStatistics(context.IoThread);
        context.Reply.Ok();
    }

    private static void Answer(CommandContext context, bool succeeded, string error)
    {
        if (succeeded)
            context.Reply.Ok();
        else
            context.Reply.Error(error);
    }
}
