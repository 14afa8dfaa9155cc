using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Bounds;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>The contents of a RESTORE payload, examined before the command runs. Source: redis.io/commands/restore.</summary>
internal static unsafe class RestorePayload
{
    /// <summary>The argument at which it stands.</summary>
    public const int Arg = 3;

    /// <summary>Adds up its elements; false if the payload is invalid: the command will be refused.</summary>
    public static bool TryMeasure(CommandContext context, ElementBatch batch, ref KeySize size)
    {
        if (!DumpFooter.IsValid(context.Arg(Arg)))
            return false;
        Arg* arg = context.Args.Items + Arg;
        RdbPayload payload = new(arg->Data, arg->Length - DumpFooter.Bytes);
        using RdbInput input = new(payload);
        try
        {
            RdbType type = (RdbType)input.TakeByte();
            if (type == RdbType.String)
            {
                size.Add(input.TakeString().Length);
                return true;
            }
            if (RdbElements.KindOf(type) == RdbKind.Stream)
            {
                using RestoredStream stream = new();
                RdbStreamReader.Read(input, type, stream);
                stream.Measure(ref size);
                return true;
            }
            using RestoredElements elements = new(payload, RestoreCommand.KindOf(type, payload), batch);
            RdbElements.Read(input, type, elements);
            for (int i = 0; i < batch.Count; i++)
                size.Add(batch.Items[i].Length + (long)batch.Items[i].ValueLength);
            return true;
        }
        catch (RdbFormatException)
        {
            return false;
        }
    }
}
