using Observatory.Core.Storage;

namespace Observatory.Core.Realtime;

/// <summary>Passes commits on to the broadcaster.</summary>
internal sealed class CommitAnnouncer(AnalyticsBroadcaster broadcaster, TimeProvider clock) : ICommitObserver
{
    public void Committed(Commit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        broadcaster.Publish(NoticeOf(commit.Version, commit.Conversations, commit.Events) with
        {
            FirstPrompt = commit.FirstPrompt, FirstResponse = commit.FirstResponse,
        });
    }

    public void Renamed(long version, IReadOnlyList<string> conversations) => broadcaster.Publish(NoticeOf(version, conversations, 0));

    private ChangeNotice NoticeOf(long version, IReadOnlyList<string> conversations, int events)
    {
        var ids = conversations.Take(ChangeNotice.Limit).ToHashSet();
        return new ChangeNotice(version, ids, conversations.Count > ids.Count, events, clock.GetUtcNow());
    }
}
