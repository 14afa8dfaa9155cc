using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Server.Hosting;

namespace Pkv.Tests.Support;

/// <summary>A command that throws as soon as it runs, in a server in this process; whole again when disposed of.</summary>
internal sealed unsafe class BrokenCommand : IDisposable
{
    private readonly CommandBinding?[] _bindings;
    private readonly CommandBinding _whole;

    public BrokenCommand(ServerHost host, string name, LockMode mode)
    {
        _bindings = host.State.Bindings;
        CommandSpec spec = CommandTable.Find(System.Text.Encoding.Latin1.GetBytes(name))!;
        _whole = _bindings[spec.Index]!;
        _bindings[spec.Index] = new CommandBinding(spec, &Throw, mode);
    }

    /// <inheritdoc/>
    public void Dispose() => _bindings[_whole.Spec.Index] = _whole;

    private static void Throw(CommandContext context) => throw new InvalidTimeZoneException("on purpose");
}
