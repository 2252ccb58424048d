using Microsoft.Extensions.DependencyInjection;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Realtime;
using Observatory.Core.Topics;

namespace Observatory.Tests.Support;

/// <summary>The front door to figures by hand. What a test does not bring must not be asked for.</summary>
internal static class Engines
{
    public static AnalyticsEngine Of(IMetricsCalculator metrics) =>
        Of(new ServiceCollection().AddSingleton(metrics).AddSingleton<AnalyticsBroadcaster>().BuildServiceProvider());

    public static AnalyticsEngine Of(IServiceProvider services) => Of(services, new Asker("ann", UserRole.Admin));

    public static AnalyticsEngine Of(IServiceProvider services, Asker asker)
    {
        var reads = new AnalyticsReads(
            services.GetService<IMetricsCalculator>()!, services.GetService<IListFigures>()!, services.GetService<ISeriesFigures>()!,
            services.GetService<ILiveFigures>()!,
            services.GetService<IKeptFigures>()!, services.GetService<IMetricQueries>()!, services.GetService<IAnalysis>()!,
            services.GetService<ITopics>() ?? new NoTopics(), services.GetService<IRowFigures>()!, services.GetService<IPricedCalls>()!,
            services.GetRequiredService<AnalyticsBroadcaster>(), services.GetService<ICrowds>()!, services.GetService<TimeProvider>() ?? TimeProvider.System);
        return new AnalyticsEngine(new Fixed(asker), reads, new AnalyticsTracker(services.GetService<IEventSink>()!, TimeProvider.System));
    }

    private sealed class NoTopics : ITopics
    {
        public Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyList<TopicFigures>>([]);

        public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetUserTopicsAsync(
            MetricsQuery query, int each, CancellationToken cancel = default) =>
            Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<string>>>(new Dictionary<string, IReadOnlyList<string>>());
    }

    private sealed class Fixed(Asker asker) : IAskerSource
    {
        public Asker Current => asker;
    }
}
