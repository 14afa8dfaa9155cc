using System.Globalization;
using System.Text;
using Pkv.Engine.Commands.Geo;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Geo;

/// <summary>Documented answers, cells, the numbers that are printed, and what survives.</summary>
public sealed class GeoTests
{
    [Fact]
    public void Examples_of_the_documentation()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect();
        Assert.Equal(2, Call("GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania").Integer);
        Assert.Equal("$166274.1516", Text("GEODIST Sicily Palermo Catania"));
        Assert.Equal("$166.2742", Text("GEODIST Sicily Palermo Catania km"));
        Assert.Equal("$103.3182", Text("GEODIST Sicily Palermo Catania mi"));
        Assert.Equal("*[$sqc8b49rny0, $sqdtr74hyu0]", Text("GEOHASH Sicily Palermo Catania"));
        Assert.Equal("*[*[$13.36138933897018433, $38.11555639549629859], *[$15.08726745843887329, $37.50266842333162032]]", Text("GEOPOS Sicily Palermo Catania"));
        Assert.Equal("*[$Catania]", Text("GEORADIUS Sicily 15 37 100 km"));
        Assert.Equal("*[*[$Palermo, $190.4424], *[$Catania, $56.4413]]", Text("GEORADIUS Sicily 15 37 200 km WITHDIST"));
        Assert.Equal("$3479099956230698", Text("ZSCORE Sicily Palermo"));
        Assert.Equal(2, Call("GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2").Integer);
        Assert.Equal("*[$Catania, $Palermo]", Text("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC"));
        Assert.Equal("*[*[$Catania, $56.4413], *[$Palermo, $190.4424], *[$edge2, $279.7403], *[$edge1, $279.7405]]", Text("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHDIST"));
        Assert.Equal(3, Call("GEOSEARCHSTORE key2 Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3 STOREDIST").Integer);
        Assert.Equal("*[$Catania, $Palermo, $edge2]", Text("ZRANGE key2 0 -1"));

        RespNode Call(string line) => client.Call(line.Split(' '));
        string Text(string line) => Call(line).ToString();
    }

    // C's "%.4f" and "%.17f" of the binary number, ties to even.
    [Theory]
    [InlineData(0.03125, 4, "0.0312")]
    [InlineData(0.09375, 4, "0.0938")]
    [InlineData(166274.15156960033, 4, "166274.1516")]
    [InlineData(0, 4, "0.0000")]
    [InlineData(20015086.796020573, 4, "20015086.7960")]
    [InlineData(9007199254740994, 4, "9007199254740994.0000")]
    [InlineData(200.0078125, 6, "200.007812")]
    [InlineData(-0.0000005, 6, "-0.000000")]
    [InlineData(double.PositiveInfinity, 6, "inf")]
    [InlineData(double.NegativeInfinity, 6, "-inf")]
    [InlineData(13.361389338970184, 17, "13.36138933897018433")]
    [InlineData(3.814697265625e-06, 17, "0.00000381469726562")]
    [InlineData(-179.99999731779099, 17, "-179.99999731779098511")]
    public unsafe void Digits_are_those_of_c(double value, int digits, string expected)
    {
        byte* text = stackalloc byte[GeoNumber.MaxBytes];
        Assert.Equal(expected, Encoding.ASCII.GetString(text, (int)(GeoNumber.Write(text, value, digits) - text)));
    }

    [Theory]
    [InlineData(13.5, "13.5")]
    [InlineData(13, "13")]
    [InlineData(-0.0, "0")]
    [InlineData(-1e-30, "0")]
    [InlineData(180, "180")]
    public unsafe void Coordinates_end_with_their_last_digit(double value, string expected)
    {
        byte* text = stackalloc byte[GeoNumber.MaxBytes];
        Assert.Equal(expected, Encoding.ASCII.GetString(text, (int)(GeoNumber.Write(text, value, GeoNumber.CoordinateDigits, trims: true) - text)));
    }

    [Theory]
    [InlineData(-1.5, ulong.MaxValue)]
    [InlineData(1.9, 1UL)]
    [InlineData(9223372036854775808.0, 1UL << 63)]
    [InlineData(1e300, 0UL)]
    [InlineData(double.NegativeInfinity, 1UL << 63)]
    public void Any_score_becomes_a_number(double score, ulong expected) => Assert.Equal(expected, GeoNumber.Truncate(score));

    // A cell's members are those whose scores lie in its range, at every step.
    [Fact]
    public void A_cell_is_a_range_of_scores()
    {
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            GeoPoint point = new(random.NextDouble() * 360 - 180, random.NextDouble() * 170 - 85);
            ulong score = GeoCell.Of(point, GeoCell.StepsMax, GeoRange.WebMercator).Number;
            for (int steps = 1; steps <= GeoCell.StepsMax; steps++)
            {
                GeoCell cell = GeoCell.Of(point, steps, GeoRange.WebMercator);
                Assert.InRange(score, cell.FirstScore, cell.EndScore - 1);
                Assert.Equal(cell, cell.Moved(1, 1).Moved(-1, -1));
                GeoRange area = cell.Area(GeoRange.WebMercator);
                Assert.InRange(point.Longitude, area.West, area.East);
                Assert.InRange(point.Latitude, area.South, area.North);
            }
            GeoPoint center = GeoCell.OfScore(score).Center;
            Assert.Equal(point.Longitude, center.Longitude, 1e-5);
            Assert.Equal(point.Latitude, center.Latitude, 1e-5);
        }
    }

    // Whatever cells are looked at, nothing in the shape is missed: compared with a look at every member.
    [Fact]
    public void Searches_find_everything()
    {
        using PkvServer server = PkvServer.InProcess();
        using RespClient client = server.Connect();
        Random random = new(13);
        List<GeoPoint> points = [];
        for (int i = 0; i < 2000; i++)
        {
            GeoPoint point = new(random.NextDouble() * 359 - 179.5, random.NextDouble() * 150 - 75);
            client.Call("GEOADD", "g", Text(point.Longitude), Text(point.Latitude), $"{i}");
            points.Add(GeoCell.Of(point, GeoCell.StepsMax, GeoRange.WebMercator).Center);
        }
        for (int i = 0; i < 300; i++)
        {
            GeoShape shape = new() { Center = new GeoPoint(random.NextDouble() * 300 - 150, random.NextDouble() * 120 - 60), UnitMeters = 1000 };
            string[] by;
            if (shape.IsBox = i % 2 == 0)
            {
                (shape.Width, shape.Height) = (random.Next(1, 2000), random.Next(1, 2000));
                by = ["BYBOX", Text(shape.Width), Text(shape.Height), "km"];
            }
            else
            {
                shape.Radius = random.Next(1, 2000);
                by = ["BYRADIUS", Text(shape.Radius), "km"];
            }
            RespNode reply = client.Call(["GEOSEARCH", "g", "FROMLONLAT", Text(shape.Center.Longitude), Text(shape.Center.Latitude), .. by]);
            IEnumerable<int> expected = Enumerable.Range(0, points.Count).Where(p => shape.Contains(points[p], out _));
            Assert.Equal(expected, reply.Items.Select(item => int.Parse(item.Text, CultureInfo.InvariantCulture)).Order());
        }
    }

    [Fact]
    public void Places_survive_a_kill()
    {
        using PkvServer server = PkvServer.Child();
        using (RespClient client = server.Connect())
        {
            for (int i = 0; i < 1000; i++)
                client.Call("GEOADD", "g", Text(i % 360 - 180), Text(i % 170 - 85), $"m{i % 700}");
            client.Call("GEOADD", "g", "CH", "1", "2", "m1", "3", "4", "m2");
            client.Call("GEOSEARCHSTORE", "near", "g", "FROMLONLAT", "0", "0", "BYRADIUS", "5000", "km", "STOREDIST");
            client.Call("GEORADIUS", "g", "0", "0", "3000", "km", "STORE", "nearer");
        }
        string before = Content();
        server.Kill();
        server.Start();
        Assert.Equal(before, Content());

        string Content()
        {
            using RespClient client = server.Connect();
            return string.Join('\n', new[] { "g", "near", "nearer" }.Select(key => client.Call("ZRANGE", key, "0", "-1", "WITHSCORES")));
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
