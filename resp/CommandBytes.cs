namespace Pkv.Resp;

/// <summary>Writes arguments out as a command again: for those that must outlive the buffer that they were received in.</summary>
public static unsafe class CommandBytes
{
    /// <summary>Room that <see cref="Write"/> needs.</summary>
    public static long Of(Arg* args, int count)
    {
        long bytes = 32;
        for (int i = 0; i < count; i++)
            bytes += BulkString.BulkBytes(args[i].Length);
        return bytes;
    }

    /// <summary>Writes an array of bulk strings and returns its end.</summary>
    public static byte* Write(byte* p, Arg* args, int count)
    {
        p = RespLine.Write(p, (byte)'*', count);
        for (int i = 0; i < count; i++)
            p = BulkString.WriteBulk(p, args[i].Data, args[i].Length);
        return p;
    }
}
