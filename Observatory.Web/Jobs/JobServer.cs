using Hangfire;
using Hangfire.AspNetCore;
using Observatory.Core;
using Observatory.Core.Hosting;
using Observatory.Core.Retention;
using Observatory.Core.Retention.Backups;
using SQLite;

namespace Observatory.Web.Jobs;

/// <summary>
/// Opens the jobs' file, puts the recurring jobs on the clock and runs them. It begins once pages are served: nothing is due within the first second, and
/// Hangfire's start would cost a fifth of ours. Where the file is gone or cannot be used, it begins again with another.
/// </summary>
internal sealed class JobServer(
    JobStore store, IHostApplicationLifetime lifetime, IServiceProvider services, ServiceFigures figures, TimeProvider clock, ILogger<JobServer> log)
    : RestartedService(figures, clock, log)
{
    private const int Workers = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = log;

    protected override string Name => ServiceNames.Jobs;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        await lifetime.ServingAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await OpenAsync(stoppingToken);
            try
            {
                await ServeAsync(stoppingToken);
            }
            finally
            {
                store.Close();
            }
        }
    }

    /// <summary>A lock or a full disk is waited for, and said once.</summary>
    private async Task OpenAsync(CancellationToken cancel)
    {
        for (var isSaid = false; ; isSaid = true)
        {
            try
            {
                store.Open();
                if (isSaid) _log.LogInformation("The file of jobs {Path} can be used again", store.Path);
                return;
            }
            catch (Exception error) when (error is SQLiteException or IOException or UnauthorizedAccessException)
            {
                if (!isSaid) _log.LogWarning("The file of jobs {Path} cannot be used ({Reason}); it is tried again. Nothing that is due is lost", store.Path,
                    error.Message);
            }
            await Task.Delay(s_look, _clock, cancel);
        }
    }

    private async Task ServeAsync(CancellationToken cancel)
    {
        var recurring = services.GetRequiredService<IRecurringJobManagerV2>();
        RecurringJobs.Add(recurring);
        var retention = await PutRetentionAsync(recurring, null, cancel);
        var backups = await PutBackupsAsync(recurring, null, cancel);
        var options = new BackgroundJobServerOptions
        {
            ServerName = "observatory", Queues = JobQueues.All, WorkerCount = Workers, StopTimeout = TimeSpan.Zero, ShutdownTimeout = s_patience,
            Activator = new AspNetCoreJobActivator(services.GetRequiredService<IServiceScopeFactory>()),
            TimeZoneResolver = services.GetRequiredService<ITimeZoneResolver>(),
        };
        using var server = new BackgroundJobServer(options, store);
        try
        {
            while (store.IsThere)
            {
                await Task.Delay(s_look, _clock, cancel);
                retention = await PutRetentionAsync(recurring, retention, cancel);
                backups = await PutBackupsAsync(recurring, backups, cancel);
            }
            _log.LogWarning("The file of jobs {Path} was removed; it is made anew. Nothing is lost: what is due stands in the database", store.Path);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The program ends.
        }
        server.SendStop();
        await server.WaitForShutdownAsync(CancellationToken.None).WaitAsync(s_patience, CancellationToken.None);
    }

    /// <summary>The administrator says when: what was changed since is put on the clock.</summary>
    private async Task<RetentionSchedule?> PutRetentionAsync(IRecurringJobManagerV2 jobs, RetentionSchedule? put, CancellationToken cancel)
    {
        var wanted = (await services.GetRequiredService<RetentionPolicies>().GetAsync(cancel)).Schedule;
        if (wanted == put) return put;
        RecurringJobs.AddRetention(jobs, wanted.Cron, TimeZoneInfo.FindSystemTimeZoneById(wanted.Timezone));
        return wanted;
    }

    private async Task<BackupSettings?> PutBackupsAsync(IRecurringJobManagerV2 jobs, BackupSettings? put, CancellationToken cancel)
    {
        var wanted = await services.GetRequiredService<BackupSettingsStore>().GetAsync(cancel);
        if (wanted == put) return put;
        RecurringJobs.PutBackup(jobs, wanted.Cron, TimeZoneInfo.FindSystemTimeZoneById(wanted.Timezone));
        return wanted;
    }
}
