using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.SignalR;
using Observatory.Core.Realtime;
using Observatory.Web.Identity;

namespace Observatory.Web.Live;

/// <summary>
/// The programs at the hub. Each has a loop of its own that sends one message after the other and waits until it is taken: a slow one has one message
/// under way, and stands where it is in what all of them read.
/// </summary>
internal sealed class HubClients(
    LiveFeeds feeds, IHubContext<AnalyticsHub> hub, SessionCheck check, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<HubClients> log)
{
    /// <summary>How long a program has to say where it stood, before it gets everything.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(400);

    /// <summary>A quiet program's rights are looked at that often.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Client> _clients = new(StringComparer.Ordinal);

    public void Begin(HubCallerContext context)
    {
        var who = context.User ?? new ClaimsPrincipal();
        var client = new Client(feeds.Open(FeedGuard.AskerOf(who), null), CancellationTokenSource.CreateLinkedTokenSource(
            context.ConnectionAborted, lifetime.ApplicationStopping));
        _clients[context.ConnectionId] = client;
        _ = Task.Run(() => RunAsync(context, client, new FeedGuard(check, clock, who)));
    }

    public void Resume(string connection, long sequence)
    {
        if (!_clients.TryGetValue(connection, out var client)) return;
        client.Feed.Reader.Resume(sequence);
        client.Resumed.TrySetResult();
    }

    public void End(string connection)
    {
        if (_clients.TryRemove(connection, out var client)) client.End.Cancel();
    }

    private async Task RunAsync(HubCallerContext context, Client client, FeedGuard guard)
    {
        var cancel = client.End.Token;
        try
        {
            await Task.WhenAny(client.Resumed.Task, Task.Delay(s_grace, cancel));
            var next = client.Feed.Reader.NextAsync(cancel);
            while (true)
            {
                var isNews = await Task.WhenAny(next, Task.Delay(s_look, cancel)) == next;
                if (!await guard.MayHearAsync(cancel))
                {
                    context.Abort();
                    return;
                }
                if (!isNews)
                {
                    cancel.ThrowIfCancellationRequested();
                    continue;
                }
                var message = await next;
                await hub.Clients.Client(context.ConnectionId).SendAsync(message.Type, message.Body, cancel);
                next = client.Feed.Reader.NextAsync(cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The program is gone, or this one ends.
        }
        catch (Exception error)
        {
            log.LogWarning("A program at the hub was sent away: {Reason}", error.Message);
            context.Abort();
        }
        finally
        {
            client.Feed.Dispose();
            _clients.TryRemove(context.ConnectionId, out _);
        }
    }

    private sealed record Client(FeedClient Feed, CancellationTokenSource End)
    {
        public TaskCompletionSource Resumed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
