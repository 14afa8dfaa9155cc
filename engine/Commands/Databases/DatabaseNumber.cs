using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Databases;

/// <summary>A database's number as an argument of SELECT, MOVE and COPY.</summary>
internal static class DatabaseNumber
{
    /// <summary>Reads it; false if it is invalid: the client has been sent Redis's error.</summary>
    public static bool TryRead(CommandContext context, int arg, out int number)
    {
        number = 0;
        if (!Integers.TryParse(context.Arg(arg), out long value))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (value is < int.MinValue or > int.MaxValue)
            context.Reply.Error("ERR value is out of range, value must between -2147483648 and 2147483647"u8);
        else if (value < 0 || value >= context.Engine.Keyspace.Databases.Length)
            context.Reply.Error("ERR DB index is out of range"u8);
        else
        {
            number = (int)value;
            return true;
        }
        return false;
    }
}
