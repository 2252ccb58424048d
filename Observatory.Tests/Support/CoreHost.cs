using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.EntityFrameworkCore;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Metrics;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Writing;

namespace Observatory.Tests.Support;

/// <summary>
/// A real core on a data folder of its own: database, writer, calculator, and the transcript source where roots are given. Without
/// roots a test hands files over itself, in whatever order it likes.
/// </summary>
internal sealed class CoreHost : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly TempFolder? _own;

    private CoreHost(IHost host, TempFolder? own) => (_host, _own) = (host, own);

    public IMetricsCalculator Metrics => _host.Services.GetRequiredService<IMetricsCalculator>();

    public NightlyRecount Recount => _host.Services.GetRequiredService<NightlyRecount>();

    public EventWriter Writer => _host.Services.GetRequiredService<EventWriter>();

    public ImportSnapshot Import => _host.Services.GetRequiredService<ImportProgress>().Now;

    public IServiceProvider Services => _host.Services;

    public Task<ObservatoryContext> OpenAsync() => _host.Services.GetRequiredService<IDbContextFactory<ObservatoryContext>>().CreateDbContextAsync();

    /// <summary>A core that follows the roots; returns when all of them is imported.</summary>
    public static async Task<CoreHost> ImportAsync(TimeProvider clock, params (string Root, string Owner)[] roots)
    {
        var core = await StartAsync(clock, null, roots);
        await core.IdleAsync();
        return core;
    }

    /// <param name="data">Folder that outlives the core; null = one of its own.</param>
    public static Task<CoreHost> StartAsync(TimeProvider? clock = null, string? data = null, params (string Root, string Owner)[] roots) =>
        StartAsync(clock, data, _ => { }, roots);

    /// <param name="data">Folder that outlives the core; null = one of its own.</param>
    /// <param name="change">Puts a part of the core in another's place.</param>
    public static async Task<CoreHost> StartAsync(
        TimeProvider? clock, string? data, Action<IServiceCollection> change, params (string Root, string Owner)[] roots)
    {
        var own = data is null ? new TempFolder() : null;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // A writer that tries again waits on the test's clock, for ever: say why.
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole();
        if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton(clock));
        var options = new ObservatoryOptions
        {
            Transcripts = new TranscriptOptions { Enabled = roots.Length > 0, Roots = [.. roots.Select(r => r.Root)],
                Owners = [.. roots.Select(r => r.Owner)] },
            Privacy = new PrivacyOptions { Content = ContentMode.Full },
        };
        builder.Services.AddObservatoryCore(options, data ?? own!.Path);
        change(builder.Services);
        var core = new CoreHost(builder.Build(), own);
        // So few that small tests meet both: what comes alone is a row, the rest are blocks.
        core.Services.GetRequiredService<SqliteDatabase>().FewestInBlock = 2;
        // And that most keys lie on disk.
        core.Services.GetRequiredService<SqliteDatabase>().KeysInMemory = 24;
        await core._host.StartAsync();
        return core;
    }

    /// <summary>Waits until everything that was found is committed.</summary>
    public async Task IdleAsync(Func<ImportSnapshot, bool>? also = null)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (Import is not { Running: false, FinishedAt: not null } now || also?.Invoke(now) == false) await Task.Delay(20, patience.Token);
    }

    /// <summary>Reads one file to its end, as the source would, and waits for the commit. Returns where it ended.</summary>
    public async Task<Bookmark?> ReadAsync(string path, string owner = Fixture.Owner, Bookmark? from = null)
    {
        var result = await new TranscriptReader(Writer, EventSource.Transcript).ReadAsync(TranscriptFile.From(path, owner), from, CancellationToken.None);
        await Task.WhenAll(result.Batches.Select(b => b.Committed)).WaitAsync(s_patience);
        return result.End;
    }

    /// <summary>Hands a batch to the writer and waits for its commit.</summary>
    public async Task WriteAsync(EventBatch batch)
    {
        await Writer.WriteAsync(batch, CancellationToken.None);
        await batch.Committed.WaitAsync(s_patience);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
        _own?.Dispose();
    }
}
