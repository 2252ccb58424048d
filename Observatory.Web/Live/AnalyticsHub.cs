using Microsoft.AspNetCore.SignalR;

namespace Observatory.Web.Live;

/// <summary>The hub for programs: messages of the stream, each under the name of its type. What is sent when is decided by <see cref="HubClients"/>.</summary>
internal sealed class AnalyticsHub(HubClients clients) : Hub
{
    public override Task OnConnectedAsync()
    {
        clients.Begin(Context);
        return base.OnConnectedAsync();
    }

    /// <summary>Goes on behind the last message that the program saw.</summary>
    public void Resume(long sequence) => clients.Resume(Context.ConnectionId, sequence);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        clients.End(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
