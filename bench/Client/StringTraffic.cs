using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>SET, GET or both, over values of one size.</summary>
internal sealed unsafe class StringTraffic : ITraffic
{
    private readonly RequestBatch _batch;
    private readonly ReplyChecker _replies;

    public StringTraffic(RequestShape shape, Workload workload)
    {
        _batch = new RequestBatch(shape, workload);
        _replies = new ReplyChecker(shape, _batch, workload.EchoesKeys);
    }

    public IoVector* Vectors => _batch.Vectors;

    public int VectorCount => _batch.VectorCount;

    public int Remaining => _replies.Remaining;

    public void Begin(int count, ref KeyPicker picker)
    {
        _batch.Fill(count, ref picker);
        _replies.Begin();
    }

    public int Accept(ReadOnlySpan<byte> data) => _replies.Accept(data);

    public void Dispose() => _batch.Dispose();
}
