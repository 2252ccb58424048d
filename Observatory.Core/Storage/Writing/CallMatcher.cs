using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Finds the reports that are of one API call, so that it counts once: by request id over all conversations; where one side has none, by equal
/// session, model, input, cache writes and cache reads at most <see cref="Reach"/> apart, one to one, nearest first (output is left out: old
/// transcripts write it wrong). The pairs follow from what is known, not from what came first: new reports can part a pair. Writer only.
/// </summary>
internal sealed class CallMatcher(WriterState state)
{
    /// <summary>Milliseconds.</summary>
    private const long Reach = 5_000;

    private readonly HashSet<int> _conversations = [];
    private string _session = "";

    /// <param name="update">Brings the states up to the rows; called where states are needed.</param>
    public void Match(Action update)
    {
        foreach (var request in state.Calls.Touched.ToList()) MatchRequest(request);
        foreach (var change in state.Responses.Changes)
        {
            Concerns(change.After.ConversationId);
            if (change.Before is { } before) Concerns(before.ConversationId);
        }
        if (_conversations.Count == 0) return;
        update();
        // Parting pairs can concern further conversations, whose own turn is with their own next report.
        foreach (var conversation in _conversations.ToList())
        {
            _session = SessionOf(conversation);
            MatchAlike(state.Conversations.State(conversation).Responses);
        }
    }

    /// <summary>Only where there are two kinds of reports is there anything to meet.</summary>
    private void Concerns(int conversation)
    {
        if (conversation == ConversationCache.None) return;
        var given = (Given)state.Conversations.Row(conversation).Given;
        var reports = (given.HasFlag(Given.OtlpCall) ? 1 : 0) + (given.HasFlag(Given.ApiUsage) ? 1 : 0) + (given.HasFlag(Given.Lines) ? 1 : 0);
        if (reports > 1) _conversations.Add(conversation);
    }

    private void MatchRequest(ulong request)
    {
        var rows = state.Calls.Of(request).ToList();
        if (rows.Count == 0) return;
        var call = rows.FirstOrDefault(r => r.Kind == (int)CallKind.Call);
        var lines = rows.Where(r => r.Kind == (int)CallKind.Lines).OrderBy(r => Distance(r, call)).ThenBy(r => (ulong)r.KeyHigh).ThenBy(r => (ulong)r.KeyLow)
            .FirstOrDefault();
        if (call is not null && lines is not null) Pair(lines, call);
        if ((lines ?? call) is { } best)
        {
            foreach (var usage in rows.Where(r => r.Kind == (int)CallKind.Usage && AreNear(r, best))) Stand(usage, best);
        }
        foreach (var near in rows.Where(r => r.Kind is (int)CallKind.Lines or (int)CallKind.Call).GroupBy(r => r.ConversationId))
        {
            // The better word of each conversation for what the events API told there.
            if (near.Key == ConversationCache.None) continue;
            var stands = near.Contains(lines) ? lines! : near.OrderBy(r => r.Kind).ThenBy(r => (ulong)r.KeyHigh).ThenBy(r => (ulong)r.KeyLow).First();
            var told = state.Calls.Of(RequestIndex.Within(SessionOf(near.Key), request)).Where(r => r.Kind == (int)CallKind.Usage);
            foreach (var usage in told.ToList()) Stand(usage, stands);
        }
        foreach (var row in rows) Concerns(row.ConversationId);
    }

    private static bool AreNear(ResponseEntity usage, ResponseEntity row) =>
        usage.ConversationId == row.ConversationId || usage.ConversationId == ConversationCache.None || row.ConversationId == ConversationCache.None;

    private string SessionOf(int conversation) => state.Conversations.Row(conversation).SessionId;

    private static long Distance(ResponseEntity lines, ResponseEntity? call) => call is null ? 0 : Distance(lines.At, lines.LastAt, call.At);

    private static long Distance(long first, long last, long at) => at < first ? first - at : Math.Max(0, at - last);

    /// <summary>Pairs those reports of one conversation that no request id tells apart or together.</summary>
    private void MatchAlike(IReadOnlyCollection<ConversationState.Response> all)
    {
        var byId = all.ToDictionary(r => r.Id);
        var lines = all.Where(r => r.Report.Kind == CallKind.Lines && !IsPairedByRequest(r, byId)).ToList();
        var calls = all.Where(r => r.Report.Kind == CallKind.Call && !IsPairedByRequest(r, byId)).ToList();
        var pairs = Nearest(calls, lines);
        foreach (var call in calls)
        {
            if (!pairs.ContainsKey(call.Id) && OtherOf(call) != 0) Part(call.Id);
        }
        var paired = pairs.Values.ToHashSet();
        foreach (var line in lines)
        {
            if (!paired.Contains(line.Id) && OtherOf(line) != 0) Part(line.Id);
        }
        foreach (var (call, line) in pairs)
        {
            if (OtherOf(byId[call]) != line || OtherOf(byId[line]) != call) Pair(state.Responses.Get(line), state.Responses.Get(call));
        }

        var usages = all.Where(r => r.Report.Kind == CallKind.Usage && !IsPairedByRequest(r, byId)).ToList();
        if (usages.Count == 0) return;
        var standing = all.Where(r => r.Report.Kind == CallKind.Lines || r.Report.Kind == CallKind.Call && OtherOf(r) == 0).ToList();
        var stands = Nearest(usages, standing);
        foreach (var usage in usages)
        {
            if (stands.TryGetValue(usage.Id, out var by))
            {
                if (OtherOf(usage) != by) Stand(state.Responses.Get(usage.Id), state.Responses.Get(by));
            }
            else if (OtherOf(usage) != 0) Release(state.Responses.Get(usage.Id));
        }
    }

    /// <summary>From report to the row it is of.</summary>
    private Dictionary<int, int> Nearest(List<ConversationState.Response> reports, List<ConversationState.Response> rows)
    {
        var pairs = new Dictionary<int, int>();
        if (reports.Count == 0 || rows.Count == 0) return pairs;
        var alike = rows.ToLookup(Signature);
        var candidates = new List<(long Distance, long FromEnd, ConversationState.Response Report, ConversationState.Response Row)>();
        foreach (var report in reports)
        {
            foreach (var row in alike[Signature(report)])
            {
                if (report.Report.Request != 0 && row.Report.Request != 0 || !state.Models.AreAlike(report.Report.Model, row.Report.Model)) continue;
                var distance = Distance(row.First, row.Last, report.First);
                if (distance <= Reach) candidates.Add((distance, Math.Abs(report.First - row.Last), report, row));
            }
        }
        var taken = new HashSet<int>();
        foreach (var (_, _, report, row) in candidates
            .OrderBy(c => c.Distance).ThenBy(c => c.FromEnd)
            .ThenBy(c => c.Report.Report.High).ThenBy(c => c.Report.Report.Low).ThenBy(c => c.Row.Report.High).ThenBy(c => c.Row.Report.Low))
        {
            if (pairs.ContainsKey(report.Id) || !taken.Add(row.Id)) continue;
            pairs[report.Id] = row.Id;
        }
        return pairs;
    }

    private static (long, long, long) Signature(ConversationState.Response r) => (r.Report.Input, r.Report.CacheWrite, r.Report.CacheRead);

    /// <summary>The other row of the same call as things stand now: the states do not know yet what this transaction has paired.</summary>
    private int OtherOf(ConversationState.Response r) => state.Responses.Tracked(r.Id)?.CallId ?? r.Report.CallId;

    private bool IsPairedByRequest(ConversationState.Response r, Dictionary<int, ConversationState.Response> byId)
    {
        if (r.Report.Request == 0 || OtherOf(r) is var other && other == 0) return false;
        // Only a request id reaches over conversations.
        return !byId.TryGetValue(other, out var row) || row.Report.Request == r.Report.Request
            || RequestIndex.Within(_session, row.Report.Request) == r.Report.Request || row.Report.Request == RequestIndex.Within(_session, r.Report.Request);
    }

    private void Pair(ResponseEntity lines, ResponseEntity call)
    {
        if (lines.CallId == call.Id && call.CallId == lines.Id) return;
        Part(lines.Id);
        Part(call.Id);
        (lines.CallId, call.CallId) = (call.Id, lines.Id);
    }

    private void Part(int id)
    {
        var row = state.Responses.Get(id);
        if (row.CallId == 0) return;
        var other = state.Responses.Get(row.CallId);
        row.CallId = 0;
        if (other.CallId == id) other.CallId = 0;
        Concerns(other.ConversationId);
    }

    private void Stand(ResponseEntity usage, ResponseEntity row)
    {
        if (usage.CallId == row.Id) return;
        if (usage.CallId != 0) Release(usage);
        usage.CallId = row.Id;
        row.Sources |= 1 << (int)EventSource.Api;
    }

    private void Release(ResponseEntity usage)
    {
        var row = state.Responses.Get(usage.CallId);
        usage.CallId = 0;
        // One usage may stand by its request and another by what it holds.
        var stillKnown = (row.Request != 0 && state.Calls.Of((ulong)row.Request).Any(r => r.Kind == (int)CallKind.Usage && r.CallId == row.Id)) ||
            (row.ConversationId != ConversationCache.None && state.Conversations.State(row.ConversationId)
                .Responses.Any(r => r.Report.Kind == CallKind.Usage && OtherOf(r) == row.Id));
        if (!stillKnown) row.Sources &= ~(1 << (int)EventSource.Api);
    }
}
