using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Keyspace;

/// <summary>Integers as Redis's string2ll and ll2string: what long.Parse takes, in the one form that long.ToString gives.</summary>
public sealed unsafe class IntegersTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1x")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("100000000000000000000000000000")]
    public void What_is_not_canonical_or_too_large_is_no_integer(string text) => Assert.False(Integers.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_long_is_written_and_read_as_the_runtime_does()
    {
        Prop.ForAll<long, int>((value, shift) =>
        {
            foreach (long number in (long[])[value, value >> (shift & 63), value << (shift & 63), long.MaxValue - (shift & 63), long.MinValue + (shift & 63)])
                RoundTrip(number);
        }).QuickCheckThrowOnFailure();
        for (long power = 1; power > 0 && power < long.MaxValue / 10; power *= 10)
        {
            foreach (long number in (long[])[power, power - 1, -power, 1 - power])
                RoundTrip(number);
        }
    }

    [Fact]
    public void A_text_is_an_integer_exactly_when_the_runtime_gives_it_back_unchanged()
    {
        Gen<string> texts = Gen.ArrayOf(Gen.Elements('0', '1', '9', '-', '+', ' ', '5', 'a')).Select(c => new string(c));
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            bool expected = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                && number.ToString(CultureInfo.InvariantCulture) == text;
            Assert.Equal(expected, Integers.TryParse(Encoding.ASCII.GetBytes(text), out long parsed));
            if (expected)
                Assert.Equal(number, parsed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void RoundTrip(long number)
    {
        byte* text = stackalloc byte[Integers.MaxBytes];
        int length = (int)(Integers.Write(text, number) - text);
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(text, length));
        Assert.True(Integers.TryParse(new ReadOnlySpan<byte>(text, length), out long parsed));
        Assert.Equal(number, parsed);
    }
}
