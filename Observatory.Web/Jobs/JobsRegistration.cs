using Hangfire;
using Hangfire.InMemory;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Jobs;

/// <summary>Hangfire is the alarm clock: its queue lives in memory and is filled again at every start.</summary>
internal static class JobsRegistration
{
    public const string DashboardPath = "/admin/jobs";

    public static void AddObservatoryJobs(this IServiceCollection services)
    {
        // Before Hangfire's own.
        services.AddSingleton<ITimeZoneResolver, ServerZones>();
        services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseInMemoryStorage(new InMemoryStorageOptions { IdType = InMemoryStorageIdType.Long }));
        services.AddTransient<NightlyRecountJob>();
        services.AddHostedService<JobServer>();
        services.AddHostedService<StoreCheckService>();
    }

    public static void MapObservatoryJobs(this WebApplication app) => app
        // Its own filter would let in whoever comes from this machine only; the policy decides instead.
        .MapHangfireDashboard(DashboardPath, new DashboardOptions
        {
            Authorization = [], DashboardTitle = "Observatory jobs", AppPath = app.Services.GetRequiredService<PublicAddress>().Path.Add("/"),
            TimeZoneResolver = app.Services.GetRequiredService<ITimeZoneResolver>(),
        })
        .RequireAuthorization(Policies.Admin);
}
