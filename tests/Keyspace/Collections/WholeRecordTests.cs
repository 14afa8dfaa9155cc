using System.Runtime.InteropServices;
using System.Text;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Keyspace.Collections;

/// <summary>
/// Records of the same and of other fields put into one hash: what it holds, what of it lives in the log, and whether it stands in
/// one record must be as counted one by one. Values are drawn to look like the key that stands before a record's first field.
/// </summary>
public sealed unsafe class WholeRecordTests : IDisposable
{
    private const int PoolBytes = 64 << 20;

    private readonly byte* _pool = (byte*)NativeMemory.AllocZeroed(PoolBytes);
    private readonly LiveBytes _live = new(PoolBytes / PoolHeader.SlotBytes);
    private readonly CollectionStore _store;
    private readonly Collection* _hash;
    private readonly byte[] _key = "k1"u8.ToArray();
    private readonly Dictionary<string, string> _model = [];
    private byte* _next;

    public WholeRecordTests()
    {
        _store = new CollectionStore(_pool, _live);
        _next = _pool + PoolHeader.SegmentsOffset;
        fixed (byte* key = _key)
            _hash = Collection.Make(ValueKind.Hash, key, _key.Length, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_it_holds_and_keeps_alive_is_as_counted_one_by_one(int seed)
    {
        Random random = new(seed);
        int moved = 0;
        for (int step = 0; step < 20_000; step++)
        {
            if (_next > _pool + PoolBytes - (2 << 20))
                _next = _pool + PoolHeader.SegmentsOffset + PoolHeader.SlotBytes / 2;
            string[] fields = FieldsFor(random);
            bool wasWhole = _hash->WholePlace != 0;
            uint before = _hash->Count;
            Put([.. fields.Select(field => (field, Value(random)))]);
            moved += wasWhole && _hash->WholePlace != 0 && _hash->Count == before ? 1 : 0;
            if (random.Next(20) == 0)
                Remove(fields[0]);
            AssertAsCounted();
        }
        Assert.True(moved > 1000, $"only {moved} records took the place of one of the same fields");
        _store.ForgetLive(_hash);
        Assert.Equal(0, _live.Total);
    }

    [Fact]
    public void A_field_given_twice_leaves_no_whole_record()
    {
        Put([("a", "1"), ("b", "2")]);
        Put([("a", "3"), ("a", "4")]);
        Assert.Equal(0ul, _hash->WholePlace);
        AssertAsCounted();
        Put([("b", "5"), ("a", "6")]);
        Assert.NotEqual(0ul, _hash->WholePlace);
        AssertAsCounted();
    }

    public void Dispose()
    {
        Collection.Free(_hash);
        NativeMemory.Free(_pool);
    }

    private string[] FieldsFor(Random random)
    {
        string[] held = [.. _model.Keys];
        return random.Next(8) switch
        {
            0 => [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => $"f{random.Next(8)}")],
            1 when held.Length > 0 => [held[random.Next(held.Length)]],
            2 => [.. held.Reverse(), "f1"],
            _ => held.Length == 0 ? ["f0", "f1"] : held,
        };
    }

    private static string Value(Random random) => random.Next(6) switch
    {
        0 => "k1",
        1 => "x$2\r\nk1",
        2 => "",
        3 => new string('v', random.Next(300)),
        _ => "value",
    };

    private void Put((string Field, string Value)[] pairs)
    {
        fixed (byte* key = _key)
            _next = BulkString.WriteBulk(_next, key, _key.Length);
        byte* first = _next;
        foreach ((string field, string value) in pairs)
        {
            _next = BulkString.WriteBulk(BulkString.WriteBulk(_next, Encoding.ASCII.GetBytes(field)), Encoding.ASCII.GetBytes(value));
            _model[field] = value;
        }
        uint before = _hash->Count;
        Assert.Equal((uint)_model.Count - before, _store.Put(_hash, RecordVerb.PutFields, first, pairs.Length * 2, 1));
    }

    private void Remove(string field)
    {
        byte[] name = Encoding.ASCII.GetBytes(field);
        fixed (byte* data = name)
            Assert.Equal(_model.Remove(field), _store.RemoveNamed(_hash, data, name.Length));
        _store.SetWhole(_hash, null, null);
    }

    private void AssertAsCounted()
    {
        long bytes = 0;
        Dictionary<string, string> held = [];
        for (ElementCursor at = new(_hash->Elements); at.IsValid; at.MoveNext())
        {
            byte* field = at.Bulk(_pool);
            held.Add(Text(field), Text(BulkString.Next(field)));
            bytes += ElementBulk.LiveBytes(_hash, field);
        }
        Assert.Equal(_model, held);
        Assert.Equal(bytes, _hash->LogBytes);
        Assert.Equal(bytes, _live.Total);
        if (_hash->WholePlace == 0)
            return;
        held.Clear();
        byte* end = _pool + _hash->WholePlace + _hash->WholeBytes;
        for (byte* p = _pool + _hash->WholePlace; p < end; p = BulkString.Next(BulkString.Next(p)))
            held.Add(Text(p), Text(BulkString.Next(p)));
        Assert.Equal(_model, held);
    }

    private static string Text(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return Encoding.ASCII.GetString(data, length);
    }
}
