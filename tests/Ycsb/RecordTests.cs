using System.Text;
using Pkv.Ycsb.Core;
using Pkv.Ycsb.Generators;
using Xunit;

namespace Pkv.Tests.Ycsb;

/// <summary>Names and values of records, against values of YCSB and Java.</summary>
public sealed class RecordTests
{
    [Theory]
    [InlineData(0, 1, false, "user6284781860667377211")]
    [InlineData(1, 1, false, "user8517097267634966620")]
    [InlineData(5, 1, true, "user5")]
    [InlineData(5, 8, true, "user00000005")]
    [InlineData(123456789, 8, true, "user123456789")]
    [InlineData(0, 24, false, "user000006284781860667377211")]
    public void Names_are_YCSBs(long record, int zeroPadding, bool isOrdered, string name)
    {
        byte[] target = new byte[KeyName.BytesMost];
        Assert.Equal(name, Encoding.ASCII.GetString(target, 0, KeyName.Write(target, record, zeroPadding, isOrdered)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("hello", 99162322)]
    [InlineData("The quick brown fox jumps over the lazy dog", -609428141)]
    public void Scores_are_Javas_hash_codes(string text, int hash) => Assert.Equal(hash, KeyName.IndexScore(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Hashes_are_FNV_1a_without_their_sign()
    {
        foreach (long number in new[] { 0, 1, 255, 256, 1_000_000, long.MaxValue })
        {
            ulong hash = 14695981039346656037;
            foreach (byte octet in BitConverter.GetBytes(number)) hash = (hash ^ octet) * 1099511628211;
            Assert.Equal(Math.Abs((long)hash), Fnv.Hash64(number));
        }
    }

    [Theory]
    [InlineData("user5", "field3", 5)]
    [InlineData("user5", "field3", 12)]
    [InlineData("user5", "field3", 13)]
    [InlineData("user6284781860667377211", "field0", 100)]
    [InlineData("user6284781860667377211", "field9", 1637)]
    public void Checked_values_are_built_as_YCSB_builds_them(string key, string field, int length)
    {
        StringBuilder expected = new($"{key}:{field}");
        while (expected.Length < length)
        {
            expected.Append(':');
            expected.Append(JavaHashOf(expected.ToString()));
        }
        byte[] value = new byte[length];
        CheckedValue.Write(value, Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(field));
        Assert.Equal(expected.ToString(0, length), Encoding.ASCII.GetString(value));
    }

    [Fact]
    public void Random_values_are_printable_and_differ()
    {
        RandomText text = new(200, new RandomSource(1));
        HashSet<string> seen = [];
        for (int i = 0; i < 1000; i++)
        {
            string value = Encoding.ASCII.GetString(text.Next(200));
            Assert.All(value, c => Assert.InRange(c, ' ', '~'));
            seen.Add(value);
        }
        Assert.True(seen.Count > 900, $"{seen.Count} different values of 1000");
    }

    private static int JavaHashOf(string text) => text.Aggregate(0, (hash, c) => unchecked(hash * 31 + c));
}
