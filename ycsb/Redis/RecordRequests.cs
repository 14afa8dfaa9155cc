using Pkv.Ycsb.Core;
using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Redis;

/// <summary>
/// The commands of YCSB's Redis binding: a record is a hash under its name, and all names stand in the sorted set
/// "_indices", by a hash of them, for scans. The table's name plays no part, as there. Each event loop has its own, since
/// it draws values; not thread-safe.
/// </summary>
internal sealed class RecordRequests
{
    /// <summary>Stands for all fields where one could be named.</summary>
    public const int AllFields = -1;

    private readonly CoreWorkload _workload;
    private readonly INumberGenerator _lengths;
    private readonly RandomText? _text; // null when values follow from key and field
    private readonly byte[] _expected;

    public RecordRequests(CoreWorkload workload, ulong seed)
    {
        _workload = workload;
        RandomSource random = new(seed);
        _lengths = workload.FieldLengths(random);
        if (!workload.ChecksData) _text = new RandomText(workload.FieldLengthMost, random);
        _expected = new byte[workload.ChecksData ? workload.FieldLengthMost : 0];
    }

    /// <summary>HMSET of one field, or of all.</summary>
    public void Write(RequestBuffer requests, ReadOnlySpan<byte> key, int field)
    {
        bool isAll = field == AllFields;
        requests.Begin(isAll ? 2 + 2 * _workload.FieldCount : 4);
        requests.Argument("HMSET"u8);
        requests.Argument(key);
        int end = isAll ? _workload.FieldCount : field + 1;
        for (int i = isAll ? 0 : field; i < end; i++)
        {
            ReadOnlySpan<byte> name = _workload.FieldNames[i];
            requests.Argument(name);
            int length = (int)_lengths.Next();
            if (_text != null) requests.Argument(_text.Next(length));
            else CheckedValue.Write(requests.Room(length), key, name);
        }
    }

    /// <summary>ZADD: enters a record into the index.</summary>
    public static void Enter(RequestBuffer requests, ReadOnlySpan<byte> key)
    {
        requests.Begin(4);
        requests.Argument("ZADD"u8);
        requests.Argument("_indices"u8);
        requests.Argument(KeyName.IndexScore(key));
        requests.Argument(key);
    }

    /// <summary>HGETALL, or HMGET of one field or of all by name; answers whether names come with the values.</summary>
    /// <param name="requests">Where it is written.</param>
    /// <param name="key">The record's name.</param>
    /// <param name="field">A field, or all.</param>
    /// <param name="byName">All fields are asked for by their names.</param>
    public bool Read(RequestBuffer requests, ReadOnlySpan<byte> key, int field, bool byName)
    {
        bool isAll = field == AllFields;
        if (isAll && !byName)
        {
            requests.Begin(2);
            requests.Argument("HGETALL"u8);
            requests.Argument(key);
            return true;
        }
        requests.Begin(isAll ? 2 + _workload.FieldCount : 3);
        requests.Argument("HMGET"u8);
        requests.Argument(key);
        if (!isAll) requests.Argument(_workload.FieldNames[field]);
        else foreach (byte[] name in _workload.FieldNames) requests.Argument(name);
        return false;
    }

    /// <summary>ZRANGEBYSCORE: the names of so many records, from this one on.</summary>
    public static void Scan(RequestBuffer requests, ReadOnlySpan<byte> key, int count)
    {
        requests.Begin(7);
        requests.Argument("ZRANGEBYSCORE"u8);
        requests.Argument("_indices"u8);
        requests.Argument(KeyName.IndexScore(key));
        requests.Argument("+inf"u8);
        requests.Argument("LIMIT"u8);
        requests.Argument(0);
        requests.Argument(count);
    }

    /// <summary>Whether a reply to <see cref="Read"/> holds anything of a record.</summary>
    public static bool HoldsRecord(ReadOnlySpan<byte> reply)
    {
        ReplyElements elements = new(reply);
        while (elements.Next(out _, out bool isNull))
            if (!isNull) return true;
        return false;
    }

    /// <summary>Whether each value of a reply to <see cref="Read"/> is what it must be, and none is missing.</summary>
    /// <param name="reply">An array.</param>
    /// <param name="key">The record's name.</param>
    /// <param name="field">What was asked for: a field, or all.</param>
    /// <param name="hasNames">Names of fields come with the values.</param>
    public bool IsRight(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> key, int field, bool hasNames)
    {
        int fields = field == AllFields ? _workload.FieldCount : 1;
        ReplyElements elements = new(reply);
        if (elements.Left != (hasNames ? 2 * fields : fields)) return false;
        for (int i = 0; i < fields; i++)
        {
            ReadOnlySpan<byte> name = field == AllFields ? _workload.FieldNames[i] : _workload.FieldNames[field];
            if (hasNames) elements.Next(out name, out _);
            elements.Next(out ReadOnlySpan<byte> value, out bool isNull);
            if (isNull || value.Length != _expected.Length) return false;
            CheckedValue.Write(_expected, key, name);
            if (!value.SequenceEqual(_expected)) return false;
        }
        return true;
    }
}
