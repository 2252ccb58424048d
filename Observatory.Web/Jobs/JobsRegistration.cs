using Hangfire;
using Observatory.Core.Reports;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Jobs;

/// <summary>Hangfire is the alarm clock: what is due stands in our own tables.</summary>
internal static class JobsRegistration
{
    public const string DashboardPath = "/admin/hangfire";

    private const string FileName = "jobs.db";

    public static void AddObservatoryJobs(this IServiceCollection services)
    {
        // Before Hangfire's own.
        services.AddSingleton<ITimeZoneResolver, ServerZones>();
        services.AddSingleton(s => new JobStore(Path.Combine(s.GetRequiredService<DataDirectory>().Path, FileName),
            s.GetRequiredService<ILogger<JobStore>>()));
        services.AddSingleton<JobLogs>();
        services.AddSingleton<JobStorage>(s => s.GetRequiredService<JobStore>());
        services.AddHangfire((provider, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseLogProvider(provider.GetRequiredService<JobLogs>())
            .UseStorage(provider.GetRequiredService<JobStore>()));
        services.AddTransient<NightlyRecountJob>();
        services.AddTransient<AuditJob>();
        services.AddTransient<ReportsJob>();
        services.AddTransient<OldDeliveriesJob>();
        services.AddSingleton<IReportTrigger, ReportTrigger>();
        services.AddSingleton<JobList>();
        services.AddTransient<RetentionJob>();
        services.AddHostedService<JobServer>();
        services.AddHostedService<StoreCheckService>();
    }

    public static void MapObservatoryJobs(this WebApplication app) => app
        // Its own filter would let in whoever comes from this machine only; the policy decides instead.
        .MapHangfireDashboard(DashboardPath, new DashboardOptions
        {
            Authorization = [], DashboardTitle = "Observatory jobs", AppPath = app.Services.GetRequiredService<PublicAddress>().Path.Add("/"),
            TimeZoneResolver = app.Services.GetRequiredService<ITimeZoneResolver>(),
        }, app.Services.GetRequiredService<JobStore>())
        .RequireAuthorization(Policies.Admin);
}
