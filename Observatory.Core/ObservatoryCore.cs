using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;
using Observatory.Core.Demo;
using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Pricing;
using Observatory.Core.Privacy;
using Observatory.Core.Realtime;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Aliases;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Letters;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Storage.Rework;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Topics;

namespace Observatory.Core;

/// <summary>
/// The one file that sees every folder. Data flows down: transcripts → content filter → writer (rows and roll-ups in one transaction) →
/// announcer → pages, which ask the calculator.
/// </summary>
public static class ObservatoryCore
{
    /// <param name="services">Where to register.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="dataDirectory">Existing folder, locked by this process.</param>
    public static IServiceCollection AddObservatoryCore(this IServiceCollection services, ObservatoryOptions options, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ServiceFigures>();
        AddStorage(services, Path.Combine(dataDirectory, "observatory.db"));
        AddWritePath(services);
        AddIntake(services, Path.Combine(dataDirectory, "uploads"));
        AddReadPath(services);
        return services;
    }

    private static void AddStorage(IServiceCollection services, string path)
    {
        services.AddSqlite(path);
        services.AddSingleton<IBookmarkStore, BookmarkStore>();
        services.AddSingleton<IAccountStore, AccountStore>();
        services.AddSingleton<ApiKeyService>();
        services.AddSingleton<IDeadLetters, DeadLetterBox>();
        services.AddSingleton<IAliases, AliasStore>();
        services.AddSingleton<IDeadLetterRedrive, DeadLetterRedrive>();
        services.AddSingleton<DaySumFigures>();
        services.AddSingleton(s => new DaySumUpkeep(
            s.GetRequiredService<IDaySums>(), s.GetRequiredService<DaySumFigures>(), s.GetRequiredService<StoreErrors>(),
            () => s.GetRequiredService<EventWriter>().Version, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NameChanges>();
        services.AddSingleton(s => s.GetRequiredService<IStoredTexts>().Figures);
        services.AddHostedService<DatabaseStart>();
    }

    private static void AddWritePath(IServiceCollection services)
    {
        services.AddSingleton<ImportProgress>();
        services.AddSingleton<IPriceBook>(PriceBook.Default);
        services.AddSingleton<Func<IRollup>>(() => new DataAggregator());
        services.AddSingleton<AnalyticsBroadcaster>();
        services.AddSingleton<ICommitObserver, CommitAnnouncer>();
        services.AddSingleton<WriterFigures>();
        services.AddSingleton(s => new EventWriter(
            s.GetRequiredService<IWriterStore>(), s.GetRequiredService<IPriceBook>(), s.GetRequiredService<Func<IRollup>>(),
            s.GetRequiredService<ICommitObserver>(),
            s.GetRequiredService<WriterFigures>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<EventWriter>>()));
        services.AddHostedService<WriterService>();
        // Registered after the writer, so that it stops first.
        services.AddSingleton<IMaintenanceStep, PlacingStep>();
        services.AddSingleton<IMaintenanceStep, DeletionStep>();
        services.AddSingleton<MaintenanceJobs>();
        services.AddSingleton<IMaintenance>(s => s.GetRequiredService<MaintenanceJobs>());
        services.AddHostedService<MaintenanceService>();
        services.AddHostedService<ReworkService>();
        services.AddHostedService<DaySumService>();
        // The road that every source takes: nothing reaches the writer but through the content filter.
        services.AddSingleton<IEventSink>(s => new ContentFilter(s.GetRequiredService<EventWriter>(), s.GetRequiredService<ObservatoryOptions>().Privacy.Content, new Redactor()));
        services.AddSingleton<DemoFill>();
        services.AddHostedService<DemoService>();
        services.AddSingleton(s => new TranscriptSource(
            TranscriptRoots.Resolve(s.GetRequiredService<ObservatoryOptions>().Transcripts, Environment.GetEnvironmentVariable), s.GetRequiredService<IEventSink>(),
            s.GetRequiredService<IBookmarkStore>(), s.GetRequiredService<ImportProgress>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<TranscriptSource>>()));
        services.AddSingleton<IExpiringFiles>(s => s.GetRequiredService<TranscriptSource>());
        services.AddHostedService<TranscriptService>();
    }

    private static void AddIntake(IServiceCollection services, string uploads)
    {
        services.AddSingleton<HookFigures>();
        services.AddSingleton<StatuslineBoard>();
        services.AddSingleton<StatuslineReader>();
        services.AddSingleton(new UploadFolder(uploads));
        services.AddSingleton<TranscriptUpload>();
    }

    private static void AddReadPath(IServiceCollection services)
    {
        services.AddSingleton<PageQueries>();
        services.AddSingleton<NameCatalog>();
        services.AddSingleton(s => new CubeReader(s.GetRequiredService<PageQueries>(), new DayReader(s.GetRequiredService<INarrowReads>(), new DayCache())));
        services.AddSingleton(MetricCatalogue.Default);
        services.AddSingleton<QueryRunner>();
        services.AddSingleton<IMetricQueries>(s => s.GetRequiredService<QueryRunner>());
        services.AddSingleton(new SharedAnswers(Math.Clamp(Environment.ProcessorCount, 2, 8)));
        services.AddSingleton<MetricsCalculator>();
        services.AddSingleton<IMetricsCalculator>(s => s.GetRequiredService<MetricsCalculator>());
        services.AddSingleton<IListFigures>(s => s.GetRequiredService<MetricsCalculator>());
        services.AddSingleton<SeriesQueries>();
        services.AddSingleton<ISeriesFigures, SeriesCalculator>();
        services.AddSingleton<INightlyRecount, NightlyRecount>();
        services.AddSingleton<ISessionStatuses, BoardStatuses>();
        services.AddSingleton<IQuotaSource, StoredQuotas>();
        services.AddSingleton<LiveQueries>();
        services.AddSingleton<ILiveFigures, LiveFigures>();
        services.AddSingleton<IKeptFigures, KeptFigures>();
        services.AddSingleton<IAnalysis, AnalysisCalculator>();
        services.AddSingleton<ITopics, TopicFinder>();
        services.AddSingleton<AnalyticsReads>();
        services.AddSingleton<AnalyticsTracker>();
        services.AddScoped<AnalyticsEngine>();
    }
}
