using Pkv.Engine.Commands.HyperLogLogs;
using Pkv.Engine.Keyspace.Pieces;

namespace Pkv.Tests.CrashStates;

/// <summary>The values of HyperLogLogs: what PFADD makes of them, to the byte. That these are Redis's bytes is tested elsewhere.</summary>
internal static unsafe class SketchMaker
{
    private const long SparseMaxBytes = 3000;

    /// <summary>One that is dense, so that few elements change it in part.</summary>
    public static byte[] Dense(Random random)
    {
        Sketch sketch = Sketch.New(new byte[Sketch.BufferBytes], SparseMaxBytes);
        bool changed = sketch.TryMakeDense();
        for (int i = random.Next(100); i >= 0; i--)
            sketch.TryRaise(random.Next(HyperLogLogFormat.Registers), (byte)random.Next(1, 20), ref changed);
        return sketch.Bytes.ToArray();
    }

    /// <summary>What becomes of a value; null stands for no key.</summary>
    public static byte[] Add(byte[]? value, string[] elements, out bool isPart)
    {
        byte[] buffer = new byte[Sketch.BufferBytes];
        Sketch sketch = Sketch.New(buffer, SparseMaxBytes);
        fixed (byte* data = value)
        {
            StoredString held = new(data, value?.Length ?? 0);
            if (value is not null && !Sketch.TryLoad(held, buffer, SparseMaxBytes, out sketch))
                throw new InvalidOperationException("a value of the model is a HyperLogLog");
        }
        isPart = sketch.Encoding == HyperLogLogEncoding.Dense && elements.Length <= AddCommand.ElementsInPart;
        bool changed = value is null;
        foreach (string element in elements)
        {
            int register = HyperLogLogFormat.RegisterOf(System.Text.Encoding.ASCII.GetBytes(element), out byte asked);
            sketch.TryRaise(register, asked, ref changed);
        }
        if (changed)
            sketch.MakeStale();
        return sketch.Bytes.ToArray();
    }
}
