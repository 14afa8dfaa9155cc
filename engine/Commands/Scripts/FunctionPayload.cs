using Pkv.Engine.Execution.Scripting.Functions;
using Pkv.Engine.Rdb;

namespace Pkv.Engine.Commands.Scripts;

/// <summary>Libraries as FUNCTION DUMP gives them: Redis 7.0's format, the same as in its snapshots.</summary>
public static class FunctionPayload
{
    // RDB_OPCODE_FUNCTION2.
    private const byte Opcode = 245;

    public static byte[] Write(FunctionSet set)
    {
        using RdbOutput payload = new();
        foreach (FunctionLibrary library in set.Libraries)
        {
            payload.AppendByte(Opcode);
            payload.AppendString(library.Code.Span);
        }
        DumpFooter.Append(payload);
        return payload.Written.ToArray();
    }

    /// <summary>The code of each library. Null: it is no such payload, or damaged.</summary>
    public static unsafe List<byte[]>? Read(ReadOnlySpan<byte> payload)
    {
        if (!DumpFooter.IsValid(payload))
            return null;
        fixed (byte* data = payload)
        {
            RdbPayload source = new(data, payload.Length - DumpFooter.Bytes);
            List<byte[]> codes = [];
            using RdbInput input = new(source);
            try
            {
                while (source.Remaining > 0)
                {
                    if (input.TakeByte() != Opcode)
                        return null;
                    codes.Add(input.TakeString().ToArray());
                }
            }
            catch (RdbFormatException)
            {
                return null;
            }
            return codes;
        }
    }
}
