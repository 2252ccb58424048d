using Microsoft.EntityFrameworkCore;
using Observatory.Core.Events;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Live;

/// <summary>Reads the raw rows of the last hour, which are few, and tells from them what goes on.</summary>
public sealed class LiveFigures(
    IReadSnapshots snapshots, LiveQueries queries, NameCatalog names, WriterFigures writer, ISessionStatuses statuses, IQuotaSource quotas,
        TimeProvider clock) : ILiveFigures
{
    public const int MostEvents = 60;
    public const int MostTools = 6;
    public const int MostSessions = 100;

    /// <summary>A session without a sign of life for longer is not running.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    /// <summary>A tool that gives no result for longer was broken off: its session is then not running either.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(15);

    private const int Minutes = 60;
    private const int SparkMinutes = 20;
    private const int RateMinutes = 5;
    private const int TargetLength = 160;

    public async Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        await names.RefreshAsync(db, cancel).ConfigureAwait(false);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var start = BucketClock.Floor(now, BucketClock.Minute) - Minutes * BucketClock.Minute;
        var hour = await ReadAsync(db, start, new IdFilter(filter, names), cancel).ConfigureAwait(false);
        var running = Running(hour, now);
        var shown = hour.Newest(MostEvents);
        var conversations = await ConversationsAsync(db, running.Select(r => r.Id).Concat(shown.Select(s => s.Conversation)), cancel).ConfigureAwait(false);
        var targets = running.Select(r => r.Call?.Target).Concat(shown.Select(s => (s as CallNow)?.Target)).OfType<int>().Distinct().ToArray();
        var texts = targets.Length == 0 ? [] : await db.Texts.Where(t => EF.Parameter(targets).Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, t => Short(t.Body), cancel).ConfigureAwait(false);
        var said = statuses.Latest().GroupBy(s => s.Session).ToDictionary(g => g.Key, g => g.MaxBy(s => s.At)!);
        return new LiveSnapshot
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(now),
            Sessions = [.. running.Where(r => conversations.ContainsKey(r.Id)).Select(r => Session(r, conversations[r.Id], hour, start, texts, said))
                .OrderBy(s => s.Started).ThenBy(s => s.Id, StringComparer.Ordinal).Take(MostSessions)],
            Minutes = MinutesOf(hour, start),
            Events = [.. shown.Select(item => Event(item, conversations, texts))],
            Tools = [.. hour.Calls.GroupBy(c => c.Tool).Select(g => new LiveTool(names.Text(g.Key) ?? "unknown", g.Count(), g.Count(c => c.IsError)))
                .OrderByDescending(t => t.Calls).ThenBy(t => t.Tool, StringComparer.Ordinal).Take(MostTools)],
            Quotas = [.. (await quotas.LatestAsync(cancel).ConfigureAwait(false))
                .Select(q => q with { User = q.User is { } user && names.Id(NameKind.User, user) is { } id ? names.PersonText(id) ?? user : q.User })],
            LatencyMs = writer.Counts.Processed == 0 ? null : writer.Latency(0.5),
            QueueDepth = writer.QueueDepth,
        };
    }

    private async Task<Hour> ReadAsync(ObservatoryContext db, long start, IdFilter filter, CancellationToken cancel)
    {
        var hour = new Hour();
        await FillAsync(hour.Prompts, queries.Prompts(db, start), _ => 0).ConfigureAwait(false);
        await FillAsync(hour.Answers, queries.Answers(db, start), a => a.Model).ConfigureAwait(false);
        await FillAsync(hour.Calls, queries.Calls(db, start), c => c.Model).ConfigureAwait(false);
        await FillAsync(hour.Errors, queries.Errors(db, start), _ => 0).ConfigureAwait(false);
        await FillAsync(hour.Others, queries.Others(db, start), _ => 0).ConfigureAwait(false);
        return hour;

        async Task FillAsync<T>(List<T> rows, IAsyncEnumerable<T> found, Func<T, int> model) where T : ItemNow
        {
            await foreach (var row in found.WithCancellation(cancel).ConfigureAwait(false))
            {
                if (filter.Matches(row.User, row.Project, model(row), row.Sources)) rows.Add(row);
            }
        }
    }

    /// <summary>What each session with a sign of life is doing.</summary>
    private List<Doing> Running(Hour hour, long now)
    {
        var sessions = new Dictionary<int, Doing>();
        Doing Of(int conversation) => sessions.TryGetValue(conversation, out var known) ? known : sessions[conversation] = new Doing(conversation);
        foreach (var p in hour.Prompts)
        {
            var doing = Of(p.Conversation);
            doing.See(p.At, LiveState.Answering, p.At);
            doing.Prompted = Math.Max(doing.Prompted, p.At);
        }
        foreach (var a in hour.Answers)
        {
            var doing = Of(a.Conversation);
            doing.Seen(a.LastAt);
            if (!a.Side && !a.Auxiliary)
            {
                doing.See(a.LastAt, LiveState.Idle, a.LastAt);
                if (doing.Answer is null || doing.Answer.At < a.At) doing.Answer = a;
            }
            if (a.Agent != 0 && now - a.LastAt <= Quiet.TotalMilliseconds) doing.Agents.Add(a.Agent);
        }
        foreach (var c in hour.Calls)
        {
            var doing = Of(c.Conversation);
            doing.Seen(c.ResultAt ?? c.At);
            if (c.Agent != 0)
            {
                if (now - (c.ResultAt ?? c.At) <= Quiet.TotalMilliseconds) doing.Agents.Add(c.Agent);
                continue;
            }
            if (c.ResultAt is { } result) doing.See(result, LiveState.Answering, result);
            else if (now - c.At <= LongestCall.TotalMilliseconds && (doing.Call is null || doing.Call.At <= c.At)) doing.Call = c;
        }
        foreach (var e in hour.Errors) Of(e.Conversation).Seen(e.At);
        foreach (var o in hour.Others)
        {
            var doing = Of(o.Conversation);
            doing.Seen(o.At);
            var type = names.Text(o.Type);
            if (AsksPermission(type)) doing.Asked = Math.Max(doing.Asked, o.At);
            // A notification repeats what is asked; every other word of the client says that it went on.
            else if (o.Origin == (int)EventSource.Hook && type?.EndsWith("Notification", StringComparison.OrdinalIgnoreCase) != true) doing.Moved =
                Math.Max(doing.Moved, o.At);
        }
        // What has no session runs nowhere.
        return [.. sessions.Values.Where(d => d.Id != 0 && (now - d.Last <= Quiet.TotalMilliseconds || d.IsInCall))];
    }

    /// <summary>A hook that says that the client waits for its user's word.</summary>
    internal static bool AsksPermission(string? type) => type is not null && type.EndsWith("PermissionRequest", StringComparison.OrdinalIgnoreCase);

    private static Task<Dictionary<int, ConversationEntity>> ConversationsAsync(ObservatoryContext db, IEnumerable<int> ids, CancellationToken cancel)
    {
        var wanted = ids.Where(id => id != 0).Distinct().ToArray();
        return db.Conversations.AsNoTracking().Where(c => EF.Parameter(wanted).Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel);
    }

    private LiveSession Session(Doing doing, ConversationEntity c, Hour hour, long start, Dictionary<int, string> texts, Dictionary<string, SessionStatus> said)
    {
        var tokens = new long[Minutes + 1];
        foreach (var a in hour.Answers.Where(a => a.Conversation == c.Id)) tokens[Math.Min(Minutes, (a.At - start) / BucketClock.Minute)] += a.Tokens;
        var path = names.Text(c.ProjectId);
        var status = said.GetValueOrDefault(c.SessionId);
        var (state, since) = doing.Now;
        var model = doing.Answer?.Model ?? doing.Call?.Model ?? 0;
        var total = c.Input + c.Output + c.CacheWrite + c.CacheRead;
        return new LiveSession
        {
            Id = c.SessionId,
            Title = c.Title,
            ProjectPath = path,
            Project = names.Tail(path),
            UserId = names.PersonText(c.UserId),
            Model = names.Text(model) ?? status?.Model,
            ModelColor = MetricsCalculator.ColorOf(names.Ordinal(model)),
            Started = DateTimeOffset.FromUnixTimeMilliseconds(c.CreatedAt == 0 ? doing.First : c.CreatedAt),
            LastActivity = DateTimeOffset.FromUnixTimeMilliseconds(doing.Last),
            State = state,
            Since = DateTimeOffset.FromUnixTimeMilliseconds(since),
            Tool = doing.Call is { } call && state is LiveState.Tool or LiveState.Permission ? names.Text(doing.Call!.Tool) : null,
            Detail = state is LiveState.Tool or LiveState.Permission && doing.Call?.Target is { } target ? texts.GetValueOrDefault(target) : null,
            Agents = doing.Agents.Count,
            Turns = c.UserMessages,
            TotalTokens = total,
            Cost = Money.CostOf(c.Cost, c.UnpricedTokens, total),
            ClientCost = status?.Cost,
            ToolErrors = c.ToolErrors,
            TokensPerMinute = tokens.Take(Minutes).TakeLast(RateMinutes).Sum() / (double)RateMinutes,
            Spark = [.. tokens.TakeLast(SparkMinutes).Select(t => (double?)t)],
            ContextPercent = status?.ContextPercent,
            ContextTokens = doing.Answer is { } answer ? answer.Input + answer.CacheWrite + answer.CacheRead : null,
        };
    }

    private static List<LiveMinute> MinutesOf(Hour hour, long start)
    {
        var minutes = new List<LiveMinute>(Minutes + 1);
        var answers = hour.Answers.ToLookup(a => Index(a.At));
        var errors = hour.Errors.ToLookup(e => Index(e.At));
        for (var i = 0; i <= Minutes; i++)
        {
            var of = answers[i];
            minutes.Add(new LiveMinute(
                DateTimeOffset.FromUnixTimeMilliseconds(start + i * BucketClock.Minute), i == Minutes, of.Sum(a => a.Input), of.Sum(a => a.Output),
                of.Sum(a => a.CacheWrite), of.Sum(a => a.CacheRead), Money.Dollars(of.Sum(a => a.Cost ?? 0)), of.Count(), errors[i].Count()));
        }
        return minutes;

        // Clocks that go ahead belong to the minute that runs.
        int Index(long at) => (int)Math.Min(Minutes, (at - start) / BucketClock.Minute);
    }

    private LiveEvent Event(ItemNow item, Dictionary<int, ConversationEntity> conversations, Dictionary<int, string> texts)
    {
        var session = conversations.GetValueOrDefault(item.Conversation)?.SessionId;
        var project = names.Tail(names.Text(item.Project == 0 ? conversations.GetValueOrDefault(item.Conversation)?.ProjectId ?? 0 : item.Project));
        var source = SourceNames.Of(Enum.IsDefined((EventSource)item.Origin) ? (EventSource)item.Origin : EventSource.Transcript);
        LiveEvent Make(char kind, LiveEventKind what, string? name, string? detail, long tokens = 0, decimal? cost = null) =>
            new($"{kind}{item.Id}", what, DateTimeOffset.FromUnixTimeMilliseconds(item.At), session, project, name, detail, tokens, cost, source);
        return item switch
        {
            PromptNow p => Make('p', LiveEventKind.Prompt, null, null, p.Length),
            AnswerNow a => Make('a', LiveEventKind.Answer, null, names.Text(a.Model), a.Tokens, a.Cost is { } cost ? Money.Dollars(cost) : null),
            CallNow c => Make('t', c.IsError ? LiveEventKind.ToolFailed : LiveEventKind.Tool, names.Text(c.Tool) ?? "unknown", c.Target is { } t
                ? texts.GetValueOrDefault(t) : null),
            ErrorNow e => Make('e', LiveEventKind.ApiError, e.Status == 0 ? "connection lost"
                : e.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), e.IsFinal ? "gave up" : "tried again"),
            OtherNow o => Make('o', LiveEventKind.Other, names.Text(o.Type) ?? "event", null),
            _ => throw new InvalidOperationException($"{item.GetType().Name} has no line of its own."),
        };
    }

    private static string Short(string text)
    {
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0) line = line[..end];
        return line.Length <= TargetLength ? line.ToString() : string.Concat(line[..TargetLength], "…");
    }

    /// <summary>The rows of an hour.</summary>
    private sealed class Hour
    {
        public List<PromptNow> Prompts { get; } = [];
        public List<AnswerNow> Answers { get; } = [];
        public List<CallNow> Calls { get; } = [];
        public List<ErrorNow> Errors { get; } = [];
        public List<OtherNow> Others { get; } = [];

        public List<ItemNow> Newest(int count) =>
            [.. Prompts.Cast<ItemNow>().Concat(Answers).Concat(Calls).Concat(Errors).Concat(Others).OrderByDescending(i => i.At).ThenByDescending(i => i.Id)
                .Take(count)];
    }

    /// <summary>One session as it is put together from its rows, in any order.</summary>
    private sealed class Doing(int id)
    {
        private (long At, LiveState State, long Since) _newest = (long.MinValue, LiveState.Idle, 0);

        public int Id { get; } = id;
        public long First { get; private set; } = long.MaxValue;
        public long Last { get; private set; } = long.MinValue;
        /// <summary>The newest call of the main chain without a result.</summary>
        public CallNow? Call { get; set; }
        public AnswerNow? Answer { get; set; }
        public long Asked { get; set; } = long.MinValue;
        public long Prompted { get; set; } = long.MinValue;
        /// <summary>The newest hook that says that the client goes on.</summary>
        public long Moved { get; set; } = long.MinValue;
        public HashSet<int> Agents { get; } = [];

        public void Seen(long at) => (First, Last) = (Math.Min(First, at), Math.Max(Last, at));

        public void See(long at, LiveState state, long since)
        {
            Seen(at);
            // Of one instant, the state that asks for more work: an answer and the prompt that it answers may share a millisecond.
            if (at > _newest.At || at == _newest.At && state < _newest.State) _newest = (at, state, since);
        }

        /// <summary>Neither a prompt nor an answer began after the call: it still runs, whatever became of those beside it.</summary>
        public bool IsInCall => Call is { } call && call.At >= Prompted && call.At >= (Answer?.At ?? long.MinValue);

        public (LiveState State, long Since) Now =>
            Asked > Moved && Asked >= (IsInCall ? Call!.At : _newest.At) ? (LiveState.Permission, Asked)
            : IsInCall ? (LiveState.Tool, Call!.At)
            : _newest.At == long.MinValue ? (LiveState.Idle, Last)
            : (_newest.State, _newest.Since);
    }
}
