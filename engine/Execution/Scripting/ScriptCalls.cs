using System.Text;
using Pkv.Engine.Table;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>What can be told of a command that runs a script before it does.</summary>
public static class ScriptCalls
{
    /// <summary>Whether the command in the context may change anything, or tell others something: the script that it names decides, where it declares.</summary>
    public static bool MayWrite(CommandContext context, CommandBinding binding)
    {
        if (!binding.RunsScript)
            return binding.ChangesAnything;
        if (binding.Spec.Flags.HasFlag(CommandFlags.ReadOnly) || context.ArgCount < 2)
            return false;
        ScriptRegistry scripts = context.Engine.Scripts;
        ReadOnlySpan<byte> what = context.Arg(1);
        switch (binding.Spec.Name)
        {
            case "eval":
                return Shebang.Read(what, out ScriptFlags flags, out _) is not null || !flags.HasFlag(ScriptFlags.NoWrites);
            case "evalsha":
                return ScriptDigest.TryParse(what, out ScriptDigest digest) && scripts.Cache.Find(digest) is { } script && !script.Flags.HasFlag(ScriptFlags.NoWrites);
            default:
                return scripts.Functions.Current.Find(Encoding.Latin1.GetString(what)) is { } function && !function.Flags.HasFlag(ScriptFlags.NoWrites);
        }
    }
}
