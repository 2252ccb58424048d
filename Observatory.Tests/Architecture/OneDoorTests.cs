using Observatory.Core;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Realtime;
using Observatory.Core.Storage;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>Figures leave Core through <see cref="AnalyticsEngine"/>, which knows who asks. What stands behind it is used nowhere in Web.</summary>
public sealed class OneDoorTests
{
    private static readonly Type[] s_behind =
    [
        typeof(IMetricsCalculator), typeof(IListFigures), typeof(ISeriesFigures), typeof(ILiveFigures),
        typeof(ILimitFigures), typeof(IKeptFigures), typeof(IMetricQueries),
            typeof(IRowFigures),
        typeof(AnalyticsReads), typeof(AnalyticsBroadcaster), typeof(INarrowReads), typeof(ObservatoryContext), typeof(MetricsCalculator), typeof(QueryRunner),
    ];

    [Fact]
    public void Nothing_in_Web_goes_round_the_front_door()
    {
        var types = typeof(Web.Hosting.Health).Assembly.GetTypes();
        var round = types.SelectMany(t => TypeUse.Of(t).Intersect(s_behind).Select(used => $"{t.FullName} uses {used.Name}"));
        Assert.Empty(round);
        // Blind eyes see nothing either: those that go through it are found.
        Assert.True(types.Count(t => TypeUse.Of(t).Contains(typeof(AnalyticsEngine))) > 20);
    }
}
