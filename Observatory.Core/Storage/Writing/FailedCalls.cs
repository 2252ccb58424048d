using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Unites what transcript and OpenTelemetry tell of the failed calls of one conversation. A transcript has a line for each attempt that was
/// repeated (old clients) and one for the last of a call; an event of OpenTelemetry stands for all attempts of a call. Under one request both
/// tell of the same failure, which counts once with the larger number of attempts; lines of attempts before it are among them.
/// What comes out follows from the set of rows, not from their order. Writer only.
/// </summary>
internal sealed class FailedCalls(WriterState state)
{
    private readonly HashSet<int> _conversations = [];

    /// <summary>One call that failed to its end, and the attempts that OpenTelemetry knows of it (1 where it knows nothing).</summary>
    private readonly record struct Failure(ApiErrorEntity Row, bool IsOfLines, int Attempts);

    /// <summary>Tracks all failures of conversations in which one changed and both sources tell of some.</summary>
    public void Reach()
    {
        var hasTelemetry = (state.Sources & (1 << (int)EventSource.Otlp)) != 0;
        foreach (var (before, after) in state.ApiErrors.Changes)
        {
            if (before is not null) Concerns(before.ConversationId);
            Concerns(after.ConversationId);
            // Telemetry may be sent without its session, or under another: its word counts where the line is, and for the lines around that.
            if (hasTelemetry && SourceRank.IsLines((EventSource)after.Origin)) _conversations.Add(after.ConversationId);
        }
        _conversations.Remove(ConversationCache.None);
        foreach (var conversation in _conversations)
        {
            foreach (var row in state.Rows.ApiErrors.OfConversation(conversation)) state.ApiErrors.Get(row.Id);
        }
    }

    public void Unite()
    {
        foreach (var conversation in _conversations)
        {
            var own = new List<ApiErrorEntity>();
            foreach (var (_, row) in state.ApiErrors.Changes)
            {
                if (row.ConversationId == conversation && !state.Gone.IsFrozen(conversation, row.At)) own.Add(row);
            }
            Unite(own);
        }
    }

    private void Concerns(int conversation)
    {
        if (conversation == ConversationCache.None) return;
        var given = (Given)state.Conversations.Row(conversation).Given;
        if (given.HasFlag(Given.LinesFailure) && given.HasFlag(Given.OtlpError)) _conversations.Add(conversation);
    }

    private static bool HasBoth(ApiErrorEntity row) => SourceRank.IsLines((EventSource)row.Origin) && (row.Sources & (1 << (int)EventSource.Otlp)) != 0;

    private void Unite(List<ApiErrorEntity> own)
    {
        var failures = new List<Failure>();
        var repeated = new List<ApiErrorEntity>();
        foreach (var row in own.OrderBy(r => r.At).ThenBy(r => (ulong)r.KeyHigh).ThenBy(r => (ulong)r.KeyLow))
        {
            if ((EventSource)row.Origin == EventSource.Otlp && !row.IsVoid) failures.Add(new Failure(row, IsOfLines: false, row.Attempts));
            else if (!SourceRank.IsLines((EventSource)row.Origin)) continue;
            else if (row.IsFinal) failures.Add(new Failure(row, IsOfLines: true, ToldAttempts(row)));
            else repeated.Add(row);
        }
        foreach (var agent in failures.GroupBy(f => f.Row.AgentId)) Unite(agent, [.. repeated.Where(r => r.AgentId == agent.Key)]);
    }

    /// <summary>In order of time: to each failure the last lines before it belong, as many as it has attempts before its last.</summary>
    private static void Unite(IEnumerable<Failure> failures, List<ApiErrorEntity> repeated)
    {
        var next = 0;
        foreach (var failure in failures)
        {
            var first = next;
            while (next < repeated.Count && repeated[next].At <= failure.Row.At) next++;
            var among = Math.Min(failure.Attempts - 1, next - first);
            if (failure.IsOfLines)
            {
                failure.Row.Attempts = failure.Attempts - among;
                continue;
            }
            // Its last attempt has no line: the event stands for all of them.
            for (var i = next - among; i < next; i++) repeated[i].IsVoid = true;
        }
    }

    private int ToldAttempts(ApiErrorEntity line)
    {
        if (!HasBoth(line)) return 1;
        var key = new EventKey((ulong)line.KeyHigh, (ulong)line.KeyLow).With((ulong)EventSource.Otlp);
        return state.ApiErrors.Find(key)?.Attempts ?? 1;
    }
}
