using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Ingestion;
using Observatory.Core.Realtime;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Live;

/// <summary>
/// A page whose model is loaded for an address and again when data changes. It keeps what it shows until the new model is there,
/// cancels a query that nobody waits for any more, and drops an answer that comes late. A page only says how to load.
/// </summary>
/// <typeparam name="TModel">Everything that the page shows, loaded in one go.</typeparam>
public abstract class LivePage<TModel> : ComponentBase, IAsyncDisposable where TModel : class
{
    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource? _query;
    private ChangeSubscription? _subscription;
    private Task _listening = Task.CompletedTask;
    private TimeSpan _took;
    private int _load;
    private bool _disposed;

    [Inject] protected NavigationManager Navigation { get; set; } = null!;
    [Inject] protected ReaderState Reader { get; set; } = null!;
    [Inject] protected AnalyticsEngine Analytics { get; set; } = null!;
    [Inject] protected ImportProgress Import { get; set; } = null!;
    [Inject] protected TimeProvider Clock { get; set; } = null!;
    [Inject] protected ILoggerFactory Loggers { get; set; } = null!;

    protected Formats Format => Reader.Format;

    /// <summary>What the address asks for.</summary>
    protected UrlState Url { get; private set; } = null!;

    /// <summary>Null until the first answer, and after an address changed to something whose first answer failed.</summary>
    protected TModel? Model { get; private set; }

    protected LiveStatus Status { get; private set; } = new();

    protected DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>
    /// Loads everything that the page shows for an address. May throw; the page then shows the failure and keeps what it has. Runs beside
    /// the renderer, because SQLite answers on the thread that asks: it must not touch the page's own state.
    /// </summary>
    protected abstract Task<TModel> LoadAsync(UrlState url, CancellationToken cancel);

    /// <summary>New data can still change what the page shows; a page of one thing says so whatever range its address carries.</summary>
    protected virtual bool EndsNow(UrlState url) => url.EndsNow(Now);

    /// <summary>False = this change has nothing to do with the page. Asked on the renderer's thread.</summary>
    protected virtual bool Concerns(ChangeNotice notice) => true;

    protected override void OnInitialized()
    {
        Url = UrlState.Parse(Navigation.Uri, Reader);
        Status = Status with { EndsNow = EndsNow(Url) };
        Navigation.LocationChanged += OnLocationChanged;
        Reader.Changed += OnReaderChanged;
        // Before the first query: a commit between query and subscription would be missed.
        _subscription = Analytics.Subscribe();
        _listening = ListenAsync(_subscription, _gone.Token);
    }

    protected override Task OnInitializedAsync() => ReloadAsync();

    protected void GoTo(UrlState url, bool replace = false) => Navigation.NavigateTo(url.Here, replace: replace);

    protected Task RetryAsync() => ReloadAsync();

    protected Task SetPausedAsync(bool paused)
    {
        Status = Status with { Paused = paused };
        return paused ? Task.CompletedTask : ReloadAsync();
    }

    /// <summary>Loads now. Public pages call it after they changed something themselves.</summary>
    protected async Task ReloadAsync()
    {
        if (_disposed) return;
        var number = ++_load;
        if (_query is { } old) await old.CancelAsync();
        using var query = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        _query = query;
        Status = Status with { Loading = true };
        try
        {
            var (url, cancel, began) = (Url, query.Token, Clock.GetTimestamp());
            var model = await Task.Run(() => LoadAsync(url, cancel), cancel);
            _took = Clock.GetElapsedTime(began);
            if (number != _load || _disposed) return;
            Model = model;
            Status = Status with { Loading = false, Error = null, UpdatedAt = Now, EndsNow = EndsNow(Url) };
        }
        catch (OperationCanceledException) when (number != _load || _disposed)
        {
            return;
        }
        catch (Exception error) when (number == _load && error is WithheldException or UnknownUserException)
        {
            Model = null;
            Status = Status with { Loading = false, Error = ErrorIds.Withheld };
        }
        catch (Exception error) when (number == _load)
        {
            var id = ErrorIds.Log(Loggers.CreateLogger(GetType()), error, Url.Path);
            Status = Status with { Loading = false, Error = id };
        }
        finally
        {
            if (_query == query) _query = null;
        }
        if (!_disposed) StateHasChanged();
    }

    private async Task ListenAsync(ChangeSubscription subscription, CancellationToken cancel)
    {
        try
        {
            while (await subscription.NextAsync(cancel) is { } notice)
            {
                await InvokeAsync(() => Follows(notice) ? ReloadAsync() : Task.CompletedTask);
                await Pacer.RestAsync(_took, Clock, cancel);
            }
        }
        catch (Exception stop) when (stop is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private bool Follows(ChangeNotice notice) => !_disposed && !Status.Paused && (Status.EndsNow || Import.Now.Running) && Concerns(notice);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change) => _ = InvokeAsync(async () =>
    {
        if (_disposed) return;
        var url = UrlState.Parse(change.Location, Reader);
        // Another page: this one is about to be disposed of.
        if (url.Path != Url.Path) return;
        Url = url;
        Status = Status with { EndsNow = EndsNow(url) };
        await ReloadAsync();
        StateHasChanged();
    });

    private void OnReaderChanged() => _ = InvokeAsync(async () =>
    {
        if (_disposed) return;
        var zone = Url.Zone.Id;
        Url = UrlState.Parse(Navigation.Uri, Reader);
        if (Url.Zone.Id != zone) await ReloadAsync();
        else StateHasChanged();
    });

    public virtual async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        Navigation.LocationChanged -= OnLocationChanged;
        Reader.Changed -= OnReaderChanged;
        _subscription?.Dispose();
        await _gone.CancelAsync();
        await _listening;
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
