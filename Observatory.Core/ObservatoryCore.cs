using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;
using Observatory.Core.Alerts;
using Observatory.Core.Auditing;
using Observatory.Core.Deliveries;
using Observatory.Core.Demo;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Jobs;
using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Enrichment;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Core.Mail;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Metrics.Timing;
using Observatory.Core.Pricing;
using Observatory.Core.Privacy;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Privacy.Own;
using Observatory.Core.Realtime;
using Observatory.Core.Reports;
using Observatory.Core.Retention;
using Observatory.Core.Retention.Archives;
using Observatory.Core.Retention.Backups;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Aliases;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Letters;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Storage.Prices;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Storage.Redaction;
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
    private const string DatabaseName = "observatory.db", AuditMarkName = "audit-mark.json";

    /// <param name="services">Where to register.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="dataDirectory">Existing folder, locked by this process.</param>
    public static IServiceCollection AddObservatoryCore(this IServiceCollection services, ObservatoryOptions options, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ServiceFigures>();
        AddStorage(services, Path.Combine(dataDirectory, DatabaseName));
        AddWritePath(services);
        AddIntake(services, Path.Combine(dataDirectory, "uploads"));
        AddReadPath(services, Path.Combine(dataDirectory, "pseudonyms.key"));
        services.AddSingleton(new ExportFolder(Path.Combine(dataDirectory, "exports")));
        services.AddSingleton<ExportJobs>();
        services.AddHostedService<ExportService>();
        AddReports(services, options.Mail, dataDirectory);
        AddAlerts(services, options.Alerts, dataDirectory);
        AddRetention(services, dataDirectory);
        return services;
    }

    private static void AddRetention(IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(new ArchiveFolder(Path.Combine(dataDirectory, "archives")));
        services.AddSingleton<ArchivePass>();
        services.AddSingleton(new BackupFolder(Path.Combine(dataDirectory, "backups")));
        services.AddSingleton<BackupSettingsStore>();
        services.AddSingleton(s => new BackupShelf(
            s.GetRequiredService<BackupFolder>(), s.GetRequiredService<IMaintenance>(), s.GetRequiredService<IStoreCopy>(),
            s.GetRequiredService<IErasedRows>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IErasedRows, NoErasedRows>();
        services.AddSingleton(s => new ArchiveShelf(
            s.GetRequiredService<ArchiveFolder>(), s.GetRequiredService<IMaintenance>(), s.GetRequiredService<IDbContextFactory<ObservatoryContext>>(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<RetentionPolicies>();
        services.AddSingleton<RetentionPlanner>();
        services.AddSingleton<ClockJumps>();
        services.AddSingleton(s => new RetentionRuns(
            s.GetRequiredService<IDbContextFactory<ObservatoryContext>>(), s.GetRequiredService<RetentionPolicies>(), s.GetRequiredService<RetentionPlanner>(),
            s.GetRequiredService<IMaintenance>(), s.GetRequiredService<ClockJumps>(), s.GetRequiredService<IAudit>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<StorageFigures>();
    }

    /// <summary>Looks at the database of a data directory from outside, where no program has to run.</summary>
    public static IStoreDoctor DoctorOf(string dataDirectory, TimeProvider clock) => SqliteStorage.Doctor(Path.Combine(dataDirectory, DatabaseName), clock);

    /// <summary>Puts a backup in the place of the database of a data directory that is locked by this process, and keeps what was there beside it.</summary>
    /// <exception cref="StartRefusedException">It is no backup that can be used. Nothing was changed.</exception>
    public static Task<StoreRestored> RestoreAsync(string dataDirectory, string file, TimeProvider clock, CancellationToken cancel = default) =>
        BackupRestore.RunAsync(
            SqliteStorage.Restore(Path.Combine(dataDirectory, DatabaseName), clock), Path.Combine(dataDirectory, AuditMarkName), file, clock, cancel);

    private static void AddStorage(IServiceCollection services, string path)
    {
        services.AddSqlite(path);
        services.AddSingleton<IBookmarkStore, BookmarkStore>();
        services.AddSingleton<IAccountStore, AccountStore>();
        services.AddSingleton<ApiKeyService>();
        services.AddSingleton<Askers>();
        services.AddSingleton<SchemaVersion>();
        services.AddSingleton<IDeadLetters, DeadLetterBox>();
        services.AddSingleton<IAliases>(s => new AliasStore(
            s.GetRequiredService<IDbContextFactory<ObservatoryContext>>(), s.GetRequiredService<EventWriter>(), s.GetRequiredService<CommitDispatcher>(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAnomalyMarks, AnomalyMarkStore>();
        services.AddSingleton<IDaysOff, DayOffStore>();
        services.AddSingleton<IPlans, PlanStore>();
        services.AddSingleton<IViews, ViewStore>();
        services.AddSingleton<IDeadLetterRedrive, DeadLetterRedrive>();
        services.AddSingleton<DaySumFigures>();
        services.AddSingleton(s => new DaySumUpkeep(
            s.GetRequiredService<IDaySums>(), s.GetRequiredService<DaySumFigures>(), s.GetRequiredService<StoreErrors>(),
            () => s.GetRequiredService<EventWriter>().Version, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NameChanges>();
        services.AddSingleton(s => s.GetRequiredService<IStoredTexts>().Figures);
        services.AddHostedService<DatabaseStart>();
        AddAudit(services, Path.Combine(Path.GetDirectoryName(path)!, AuditMarkName));
    }

    private static void AddAudit(IServiceCollection services, string mark)
    {
        services.AddSingleton(s => new AuditLog(
            s.GetRequiredService<IAuditTable>(), new AuditMarkFile(mark), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AuditLog>>()));
        services.AddSingleton<IAudit>(s => s.GetRequiredService<AuditLog>());
        // Right behind the database: begins before whoever records, and ends after them.
        services.AddHostedService<AuditService>();
    }

    private static void AddWritePath(IServiceCollection services)
    {
        services.AddSingleton<ImportProgress>();
        services.AddSingleton<CurrentPrices>();
        services.AddSingleton<IPriceBook>(s => s.GetRequiredService<CurrentPrices>());
        services.AddSingleton<OwnPrices>();
        services.AddSingleton<OwnRules>();
        services.AddSingleton<OwnRedaction>();
        services.AddSingleton<IOwnRedaction>(s => s.GetRequiredService<OwnRedaction>());
        services.AddSingleton<Func<IRollup>>(() => new DataAggregator());
        services.AddSingleton<AnalyticsBroadcaster>();
        // To hear of commits is to be one of these; the writer knows the dispatcher alone.
        services.AddSingleton<ICommitObserver, CommitAnnouncer>();
        services.AddSingleton<CommitDispatcher>();
        services.AddSingleton<WriterFigures>();
        services.AddSingleton(s => new EventWriter(
            s.GetRequiredService<IWriterStore>(), s.GetRequiredService<IPriceBook>(), s.GetRequiredService<Func<IRollup>>(),
            s.GetRequiredService<CommitDispatcher>(),
            s.GetRequiredService<WriterFigures>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<EventWriter>>()));
        services.AddHostedService<WriterService>();
        // Registered after the writer, so that it stops first.
        services.AddSingleton<IMaintenanceStep, PlacingStep>();
        services.AddSingleton<IMaintenanceStep, SpanStep>();
        services.AddSingleton<IMaintenanceStep, SeriesStep>();
        services.AddSingleton<IMaintenanceStep, DeletionStep>();
        services.AddSingleton<IMaintenanceStep, RecountStep>();
        services.AddSingleton<IMaintenanceStep, RetentionStep>();
        services.AddSingleton<IMaintenanceStep, RestoreStep>();
        services.AddSingleton<IMaintenanceStep, BackupStep>();
        services.AddSingleton<IMaintenanceStep, RestoredExpiryStep>();
        services.AddSingleton<MaintenanceJobs>();
        services.AddSingleton<IMaintenance>(s => s.GetRequiredService<MaintenanceJobs>());
        services.AddHostedService<MaintenanceService>();
        services.AddHostedService<ReworkService>();
        services.AddHostedService<DaySumService>();
        // The road that every source takes: what only whole texts tell is noted, and nothing reaches the writer but through the content filter.
        services.AddSingleton<IEventSink>(s => new Enricher(new ContentFilter(
            s.GetRequiredService<EventWriter>(), s.GetRequiredService<ObservatoryOptions>().Privacy.Content, new Redactor(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<OwnRules>())));
        services.AddSingleton<DemoFill>();
        services.AddHostedService<DemoService>();
        services.AddSingleton(s => new TranscriptSource(
            TranscriptRoots.Resolve(s.GetRequiredService<ObservatoryOptions>().Transcripts, Environment.GetEnvironmentVariable),
                s.GetRequiredService<IEventSink>(),
            s.GetRequiredService<IBookmarkStore>(), s.GetRequiredService<ImportProgress>(), s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<TranscriptSource>>()));
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

    private static void AddReadPath(IServiceCollection services, string pseudonymKey)
    {
        services.AddSingleton(new Pseudonyms(() => PseudonymKey.ReadOrMake(pseudonymKey)));
        services.AddSingleton<ICrowds, CrowdNames>();
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
        services.AddSingleton<IRowFigures>(s => s.GetRequiredService<MetricsCalculator>());
        services.AddSingleton<IPricedCalls>(s => s.GetRequiredService<MetricsCalculator>());
        services.AddSingleton<SeriesQueries>();
        services.AddSingleton<ISeriesFigures, SeriesCalculator>();
        services.AddSingleton<NightlyRecount>();
        services.AddSingleton<NightlyCheck>();
        services.AddSingleton<ISessionStatuses, BoardStatuses>();
        services.AddSingleton<IQuotaSource, StoredQuotas>();
        services.AddSingleton<ILimitFigures, LimitFigures>();
        services.AddSingleton<LiveQueries>();
        services.AddSingleton<ILiveFigures, LiveFigures>();
        services.AddSingleton<IKeptFigures, KeptFigures>();
        services.AddSingleton<IAnalysis, AnalysisCalculator>();
        services.AddSingleton<ITopics, TopicFinder>();
        services.AddSingleton<QueryTimings>();
        services.AddSingleton(s => new AnalyticsReads(
            Timed<IMetricsCalculator>(s), Timed<IListFigures>(s), Timed<ISeriesFigures>(s), Timed<ILiveFigures>(s), Timed<IKeptFigures>(s),
            Timed<IMetricQueries>(s), Timed<IAnalysis>(s), Timed<ITopics>(s), Timed<IRowFigures>(s), Timed<IPricedCalls>(s),
            s.GetRequiredService<AnalyticsBroadcaster>(), s.GetRequiredService<ICrowds>(), s.GetRequiredService<TimeProvider>(),
            Timed<ILimitFigures>(s)));
        services.AddSingleton<AnalyticsTracker>();
        services.AddScoped<AnalyticsEngine>();
    }

    private static T Timed<T>(IServiceProvider services) where T : class =>
        TimedReads<T>.Of(services.GetRequiredService<T>(), services.GetRequiredService<QueryTimings>());

    private static void AddReports(IServiceCollection services, MailOptions mail, string dataDirectory)
    {
        services.AddSingleton<IDeliveryLedger, DeliveryLedger>();
        services.AddSingleton(mail);
        services.AddSingleton<MailComposer>();
        services.AddSingleton(s => new FolderTransport(
            mail.PickupDirectory.Length > 0 ? HomePath.Expand(mail.PickupDirectory)
                : Path.Combine(dataDirectory, "mail"), s.GetRequiredService<MailComposer>()));
        services.AddSingleton<SmtpTransport>();
        services.AddSingleton<IMailTransport>(s => new AuditedTransport(
            mail.Host.Length > 0 ? s.GetRequiredService<SmtpTransport>() : s.GetRequiredService<FolderTransport>(), s.GetRequiredService<IAudit>()));
        services.AddSingleton<ReportBell>();
        services.AddSingleton<IReports, ReportStore>();
        services.AddSingleton<INotes, NoteStore>();
        services.AddSingleton<ReportBuilder>();
        services.AddSingleton<IReportAttachments, ReportFiles>();
        services.AddSingleton<ReportMails>();
        services.AddSingleton<ReportRunner>();
        services.AddSingleton<ReportRounds>();
        services.AddSingleton<ReportWatch>();
    }

    private static void AddAlerts(IServiceCollection services, AlertOptions alerts, string dataDirectory)
    {
        services.AddSingleton(new HookHosts(alerts.AllowedPrivateHosts));
        services.AddSingleton(new AlertTiming(Durations.Of(alerts.Interval)));
        services.AddSingleton<AlertBell>();
        services.AddSingleton<AlertBoard>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton<AlertFigures>();
        services.AddSingleton(s => new BudgetFigures(s.GetRequiredService<AlertFigures>()));
        services.AddSingleton(s => new AlertPreview(s.GetRequiredService<AlertFigures>()));
        services.AddSingleton(s => new MachineFigures(
            s.GetRequiredService<AlertFigures>(), s.GetRequiredService<IDbContextFactory<ObservatoryContext>>(), s.GetRequiredService<QueryTimings>(),
                dataDirectory));
        services.AddSingleton<AlertJudge>();
        services.AddSingleton(s => new AlertRounds(
            s.GetRequiredService<AlertStore>(), s.GetRequiredService<AlertJudge>(), s.GetRequiredService<AlertTiming>(),
            s.GetRequiredService<AlertBoard>(), s.GetServices<IAlertListener>(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AlertRounds>>()));
        services.AddSingleton<HookCaller>();
        services.AddSingleton<BudgetAnswers>();
        services.AddSingleton<IReportBudgets, BudgetLines>();
        services.AddSingleton<AlertSender>();
        services.AddSingleton<IAlertListener, FeedAlerts>();
    }

    /// <summary>Watches rules by the clock. It needs what knows addresses, which is who serves pages.</summary>
    public static IServiceCollection AddAlertClock(this IServiceCollection services) =>
        services.AddHostedService<AlertService>().AddHostedService<AlertSending>();

    /// <summary>Sends reports by the clock. It needs what renders them and knows addresses, which is who serves pages.</summary>
    public static IServiceCollection AddReportClock(this IServiceCollection services) => services.AddHostedService<ReportService>();
}
