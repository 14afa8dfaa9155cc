using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Tests.Bench;

/// <summary>What several tests of the benchmark need.</summary>
internal static class BenchHelpers
{
    /// <summary>All bytes that a batch would send.</summary>
    public static unsafe byte[] BytesOf(RequestBatch batch)
    {
        List<byte> bytes = [];
        for (int i = 0; i < batch.VectorCount; i++)
        {
            IoVector vector = batch.Vectors[i];
            bytes.AddRange(new ReadOnlySpan<byte>(vector.Address, (int)vector.LengthBytes));
        }
        return [.. bytes];
    }

    /// <summary>The value that the benchmark sets for a key.</summary>
    public static unsafe string ValueOf(RequestShape shape, uint key) =>
        $"{key:D12}{Encoding.ASCII.GetString(shape.Tail, shape.TailBytes - 2)}";

    /// <summary>One command as an array of bulk strings.</summary>
    public static string Command(params string[] words) =>
        $"*{words.Length}\r\n{string.Concat(words.Select(w => $"${w.Length}\r\n{w}\r\n"))}";

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
