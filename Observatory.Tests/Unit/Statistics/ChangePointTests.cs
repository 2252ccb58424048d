using MathNet.Numerics.Distributions;
using Observatory.Core.Statistics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Statistics;

public sealed class ChangePointTests
{
    /// <summary>Flow of the Nile at Aswan 1871–1970: fell in 1899, as every study of it says.</summary>
    private static readonly double[] s_nile =
    [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
        1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
        831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
        781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
        744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ];

    [Fact]
    public void The_nile_fell_in_1899()
    {
        Assert.Equal(100, s_nile.Length);
        var change = Assert.Single(ChangePoints.Of(PlantedSeries.Days(s_nile)));
        Assert.Equal(28, change.At);
        Assert.Equal((1097.75, 849.97), (change.Before, Math.Round(change.After, 2)));
    }

    [Fact]
    public void Noise_and_a_slope_have_no_change()
    {
        var random = new Random(2);
        Assert.InRange(Enumerable.Range(0, 100).Count(_ => ChangePoints.Of(PlantedSeries.Days(Noise(random, 60))).Count > 0), 0, 5);
        double[] Sloping() => [.. Noise(random, 60).Select((v, i) => v + 0.2 * i)];
        Assert.InRange(Enumerable.Range(0, 50).Count(_ => ChangePoints.Of(PlantedSeries.Days(Sloping())).Count > 0), 0, 5);
        Assert.Empty(ChangePoints.Of(PlantedSeries.Days([.. Enumerable.Range(0, 60).Select(i => 2.0 * i)])));
        Assert.Empty(ChangePoints.Of(PlantedSeries.Days([.. Enumerable.Range(0, 60).Select(i => i % 7 < 5 ? 100.0 : 0)])));
        Assert.Empty(ChangePoints.Of(PlantedSeries.Days([.. Enumerable.Repeat(0.3, 60)])));
        Assert.Empty(ChangePoints.Of(PlantedSeries.Days([1, 2, 3])));
    }

    [Fact]
    public void A_team_that_doubles_is_seen_once_whatever_its_weekends()
    {
        var random = new Random(6);
        for (var k = 0; k < 50; k++)
        {
            var values = Enumerable.Range(0, 56).Select(i => (i < 28 ? 1 : 2) * (i % 7 < 5 ? 100 + 15 * Normal.Sample(random, 0, 1) : 2)).ToArray();
            var change = Assert.Single(ChangePoints.Of(PlantedSeries.Days(values)));
            Assert.InRange(change.At, 26, 30);
            Assert.InRange(change.After / change.Before, 1.6, 2.4);
        }
    }

    private static double[] Noise(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 10 + Normal.Sample(random, 0, 1))];
}
