using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>
/// One connection's batch of requests, rebuilt in place for each round trip: templates are laid out once, then only
/// digits are patched. Requests with small values lie in one block; larger values are gathered from the shared tail,
/// so the client reads them from its cache. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal sealed unsafe class RequestBatch : IDisposable
{
    /// <summary>From this value size on a SET is sent as head + shared tail. Below, one copy is cheaper than two vectors.</summary>
    internal const int GatherFromBytes = 4096;

    private readonly RequestShape _shape;
    private readonly Verb _verb;
    private readonly uint _setBelow;
    private readonly bool _gathers;
    private readonly NativeBuffer _block;
    private readonly NativeBuffer _vectors;
    private readonly uint[] _keys;
    private readonly bool[] _areSets;

    public RequestBatch(RequestShape shape, Workload workload)
    {
        _shape = shape;
        _verb = workload.Verb;
        _setBelow = (uint)Math.Min(uint.MaxValue, workload.SetPercent / 100.0 * uint.MaxValue);
        _gathers = shape.ValueBytes >= GatherFromBytes;
        _keys = new uint[workload.Pipeline];
        _areSets = new bool[workload.Pipeline];
        SlotBytes = _gathers ? shape.SetHead.Length : shape.SetBytes;
        _block = new NativeBuffer((long)SlotBytes * workload.Pipeline);
        _vectors = new NativeBuffer((2L * workload.Pipeline + 1) * sizeof(IoVector));
        if (_verb == Verb.Mixed) return;
        byte* slot = _block.Address;
        for (int i = 0; i < workload.Pipeline; i++) slot += _verb == Verb.Set ? LayOutSet(slot) : LayOutGet(slot);
    }

    /// <summary>Requests in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>What is to be sent, in order.</summary>
    public IoVector* Vectors => (IoVector*)_vectors.Address;

    public int VectorCount { get; private set; }

    /// <summary>All bytes of the batch.</summary>
    public long TotalBytes { get; private set; }

    private int SlotBytes { get; }

    public uint KeyOf(int index) => _keys[index];

    public bool IsSet(int index) => _areSets[index];

    /// <summary>Makes the next batch of <paramref name="count"/> requests.</summary>
    public void Fill(int count, ref KeyPicker picker)
    {
        Count = count;
        VectorCount = 0;
        TotalBytes = 0;
        byte* run = _block.Address;
        byte* slot = run;
        for (int i = 0; i < count; i++)
        {
            uint key = picker.NextKey();
            bool isSet = _verb == Verb.Set || (_verb == Verb.Mixed && picker.NextRandom() < _setBelow);
            _keys[i] = key;
            _areSets[i] = isSet;
            int length = _verb == Verb.Mixed ? isSet ? LayOutSet(slot) : LayOutGet(slot) : isSet ? SlotBytes : _shape.Get.Length;
            Digits.Patch(slot + RequestShape.KeyDigitsOffset, key);
            if (isSet) Digits.Patch(slot + _shape.SetHead.Length - Digits.Count, key);
            slot += length;
            if (!isSet || !_gathers) continue;
            AddVector(run, (int)(slot - run));
            AddVector(_shape.Tail, _shape.TailBytes);
            run = slot;
        }
        if (slot > run) AddVector(run, (int)(slot - run));
    }

    public void Dispose()
    {
        _block.Dispose();
        _vectors.Dispose();
    }

    private void AddVector(byte* address, int length)
    {
        Vectors[VectorCount++] = new IoVector(address, length);
        TotalBytes += length;
    }

    private int LayOutSet(byte* slot)
    {
        _shape.SetHead.CopyTo(new Span<byte>(slot, _shape.SetHead.Length));
        if (!_gathers) Buffer.MemoryCopy(_shape.Tail, slot + _shape.SetHead.Length, _shape.TailBytes, _shape.TailBytes);
        return SlotBytes;
    }

    private int LayOutGet(byte* slot)
    {
        _shape.Get.CopyTo(new Span<byte>(slot, _shape.Get.Length));
        return _shape.Get.Length;
    }
}
