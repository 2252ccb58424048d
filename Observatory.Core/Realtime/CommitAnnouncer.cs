using Observatory.Core.Storage;

namespace Observatory.Core.Realtime;

/// <summary>Passes commits on to the broadcaster.</summary>
internal sealed class CommitAnnouncer(AnalyticsBroadcaster broadcaster, TimeProvider clock) : ICommitObserver
{
    public void Committed(Commit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        var ids = commit.Conversations.Take(ChangeNotice.Limit).ToHashSet();
        broadcaster.Publish(new ChangeNotice(commit.Version, ids, commit.Conversations.Count > ids.Count, commit.Events, clock.GetUtcNow())
        {
            FirstPrompt = commit.FirstPrompt, FirstResponse = commit.FirstResponse,
        });
    }
}
