using Pkv.Figures;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void An_empty_histogram_answers_zero() => Assert.Equal(0, new LatencyHistogram().PercentileNs(0.99));

    [Fact]
    public void Every_value_lies_in_its_bucket_within_its_precision()
    {
        foreach (int subBits in new[] { 6, 10 })
        {
            LatencyHistogram histogram = new(subBits);
            for (long value = 0; value < 1L << 40; value = value * 3 / 2 + 1)
            {
                int bucket = histogram.BucketOf(value);
                long upper = histogram.UpperBoundOf(bucket);
                Assert.InRange(value, bucket == 0 ? 0 : histogram.UpperBoundOf(bucket - 1) + 1, upper);
                Assert.True(upper - value <= value >> subBits, $"{value} is in a bucket up to {upper}");
            }
        }
    }

    [Fact]
    public void Buckets_touch_each_other_at_powers_of_two()
    {
        LatencyHistogram histogram = new();
        for (int exponent = 6; exponent < 62; exponent++)
            Assert.Equal(histogram.BucketOf((1L << exponent) - 1) + 1, histogram.BucketOf(1L << exponent));
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

    [Fact]
    public void A_sum_of_histograms_is_that_of_all_values()
    {
        LatencyHistogram all = new(10), odd = new(10), even = new(10);
        for (int value = 5; value <= 10_000; value++)
        {
            all.Record(value);
            (value % 2 == 0 ? even : odd).Record(value);
        }
        even.Add(odd);
        Assert.Equal((all.Count, all.MinNs, all.MaxNs, all.SumNs), (even.Count, even.MinNs, even.MaxNs, even.SumNs));
        Assert.Equal(all.Buckets(), even.Buckets());
    }

    [Fact]
    public void A_difference_is_what_came_in_between()
    {
        LatencyHistogram growing = new(10), before = new(10), difference = new(10);
        growing.Record(7, 5);
        growing.CopyTo(before);
        growing.Record(100, 3);
        growing.Record(400);
        difference.SetDifference(growing, before);
        Assert.Equal((4, 100, 400), (difference.Count, difference.MinNs, difference.MaxNs));
        Assert.Equal(175, difference.MeanNs);
        Assert.Equal(100, difference.PercentileNs(0.75));
    }
}
