using Pkv.Engine.Rdb;

namespace Pkv.Cli.Rdb;

/// <summary>Passes over what cannot be taken over: streams, and values and data of modules.</summary>
internal static class RdbSkips
{
    private const int StreamIdBytes = 16;

    public static void Stream(RdbInput stream, RdbType type)
    {
        bool isSecond = type == RdbType.Stream2;
        for (long nodes = stream.TakeCount(); nodes > 0; nodes--)
        {
            stream.TakeString();
            if (PackedItems.Listpack(stream.TakeString(), static _ => { }) is { } error)
                throw stream.Malformed(error);
        }
        // Length and last id; since 7.0 the first id, the highest deleted one and how many entries there ever were.
        TakeLengths(stream, isSecond ? 8 : 3);
        for (long groups = stream.TakeCount(); groups > 0; groups--)
        {
            stream.TakeString();
            TakeLengths(stream, isSecond ? 3 : 2);
            for (long pending = stream.TakeCount(); pending > 0; pending--)
            {
                stream.Take(StreamIdBytes + sizeof(long));
                stream.TakeLength();
            }
            for (long consumers = stream.TakeCount(); consumers > 0; consumers--)
            {
                stream.TakeString();
                stream.TakeInt64();
                for (long pending = stream.TakeCount(); pending > 0; pending--)
                    stream.Take(StreamIdBytes);
            }
        }
    }

    /// <summary>What a module wrote: typed parts up to an end mark.</summary>
    public static void ModuleValue(RdbInput stream)
    {
        while (true)
        {
            ulong part = stream.TakeLength();
            switch (part)
            {
                case 0:
                    return;
                case 1 or 2:
                    stream.TakeLength();
                    break;
                case 3:
                    stream.Take(sizeof(float));
                    break;
                case 4:
                    stream.Take(sizeof(double));
                    break;
                case 5:
                    stream.TakeString();
                    break;
                default:
                    throw stream.Malformed($"a module opcode of unknown type {part}");
            }
        }
    }

    private static void TakeLengths(RdbInput stream, int count)
    {
        for (int i = 0; i < count; i++)
            stream.TakeLength();
    }
}
