using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Observatory.Web.Components.Shared;

/// <summary>The few things that only the browser can do. A lost connection is no error here: there is nobody left to tell.</summary>
public sealed class Browser(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    public ValueTask<BrowserFacts?> FactsAsync() => CallAsync<BrowserFacts?>("facts");

    public ValueTask StartAsync<T>(DotNetObjectReference<T> shell) where T : class => CallAsync("start", shell);

    public ValueTask StopAsync() => CallAsync("stop");

    /// <summary>Remembers a choice of the reader: keys of <see cref="BrowserFacts.Parse"/>.</summary>
    public ValueTask<BrowserFacts?> KeepAsync(string key, string? value) =>
        CallAsync<BrowserFacts?>("keep", new Dictionary<string, string> { [key] = value ?? "" });

    /// <summary>Copies the full address of a path on this server.</summary>
    public ValueTask<bool> CopyAddressAsync(string path) => CallAsync<bool>("copyHere", path);

    public ValueTask<bool> CopyAsync(string text) => CallAsync<bool>("copy", text);

    public ValueTask DownloadAsync(string name, string type, string text) => CallAsync("download", name, type, text);

    public ValueTask OpenAsync(string dialog) => CallAsync("open", dialog);

    public ValueTask CloseAsync(string dialog) => CallAsync("close", dialog);

    /// <summary>Closes a <see cref="Popup"/>.</summary>
    public ValueTask HideAsync(string panel) => CallAsync("hide", panel);

    public ValueTask FollowAsync(string selector) => CallAsync("follow", selector);

    /// <summary>Calls <c>Seen(bool)</c> whenever the element comes into sight or leaves it.</summary>
    public ValueTask<IJSObjectReference?> WatchAsync<T>(ElementReference element, DotNetObjectReference<T> seen) where T : class =>
        CallAsync<IJSObjectReference?>("watch", element, seen);

    public ValueTask ToTopAsync(string selector) => CallAsync("toTop", selector);

    private async ValueTask CallAsync(string name, params object?[] values)
    {
        if (await ModuleAsync() is not { } module) return;
        try
        {
            await module.InvokeVoidAsync(name, values);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            // The browser left.
        }
    }

    private async ValueTask<T?> CallAsync<T>(string name, params object?[] values)
    {
        if (await ModuleAsync() is not { } module) return default;
        try
        {
            return await module.InvokeAsync<T>(name, values);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return default;
        }
    }

    private async ValueTask<IJSObjectReference?> ModuleAsync()
    {
        try
        {
            return _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./js/shell.js");
        }
        catch (Exception gone) when (gone is JSDisconnectedException or TaskCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is null) return;
        try
        {
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser left first.
        }
    }
}
