namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>The bitmap group: binds each command to its function.</summary>
public static unsafe class BitmapCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("setbit", &BitCommands.Set);
        bindings.Bind("getbit", &BitCommands.Get);
        bindings.Bind("bitcount", &BitRangeCommands.Count);
        bindings.Bind("bitpos", &BitRangeCommands.Position);
        bindings.Bind("bitop", &BitOperationCommand.Run);
        bindings.Bind("bitfield", &BitfieldCommands.Run);
        bindings.Bind("bitfield_ro", &BitfieldCommands.RunReadOnly);
    }
}
