using Observatory.Core.Alerts;

namespace Observatory.Core.Realtime;

/// <summary>Tells programs that listen what rules say.</summary>
internal sealed class FeedAlerts(IEnumerable<LiveFeeds> feeds) : IAlertListener
{
    public void Told(AlertMessage message)
    {
        // Without a server there is nobody who listens.
        foreach (var feed in feeds) feed.TellAlert(message);
    }
}
