using Pkv.Bench.Client;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void An_empty_histogram_answers_zero() => Assert.Equal(0, new LatencyHistogram().PercentileNs(0.99));

    [Fact]
    public void Every_value_lies_in_its_bucket_within_one_part_in_64()
    {
        for (long value = 0; value < 1L << 40; value = value * 3 / 2 + 1)
        {
            int bucket = LatencyHistogram.BucketOf(value);
            long upper = LatencyHistogram.UpperBoundOf(bucket);
            Assert.InRange(value, bucket == 0 ? 0 : LatencyHistogram.UpperBoundOf(bucket - 1) + 1, upper);
            Assert.True(upper - value <= value / 64, $"{value} is in a bucket up to {upper}");
        }
    }

    [Fact]
    public void Buckets_touch_each_other_at_powers_of_two()
    {
        for (int exponent = 6; exponent < 62; exponent++)
            Assert.Equal(LatencyHistogram.BucketOf((1L << exponent) - 1) + 1, LatencyHistogram.BucketOf(1L << exponent));
    }

    [Fact]
    public void The_largest_value_has_a_bucket()
    {
        LatencyHistogram histogram = new();
        histogram.Record(long.MaxValue);
        Assert.Equal(long.MaxValue, histogram.PercentileNs(1));
    }

    [Fact]
    public void Percentiles_of_a_ramp_are_those_of_the_sorted_values()
    {
        LatencyHistogram histogram = new();
        for (int value = 1; value <= 100_000; value++) histogram.Record(value);
        foreach (double fraction in new[] { 0.5, 0.9, 0.99, 0.999 })
        {
            double exact = fraction * 100_000;
            Assert.InRange(histogram.PercentileNs(fraction), exact, exact * (1 + 1 / 64.0));
        }
        Assert.Equal(100_000, histogram.PercentileNs(1));
    }

    [Fact]
    public void Weighted_records_count_as_many()
    {
        LatencyHistogram histogram = new();
        histogram.Record(10, 99);
        histogram.Record(50, 1);
        Assert.Equal(100, histogram.Count);
        Assert.Equal(10, histogram.PercentileNs(0.99));
        Assert.Equal(50, histogram.PercentileNs(0.999));
    }
}
