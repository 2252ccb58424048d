using Observatory.Core.Events;

namespace Observatory.Tests.Support;

/// <summary>The rule "one call once" over all reports at once, in the simplest way: no batches, no rows, no roll-ups.</summary>
internal sealed class NaiveReports
{
    private const long Reach = 5_000;

    private readonly List<(EventSource Source, AnalyticsEvent Event)> _all;

    /// <summary>Who sent each call or point that has no session.</summary>
    private readonly List<(string User, ResponseEvent Event)> _lone;

    private sealed class Call
    {
        public required CallKind Kind { get; init; }
        public required string Session { get; init; }
        public required ulong Request { get; init; }
        public required long First { get; init; }
        public required long Last { get; init; }
        public required string? Model { get; init; }
        public required TokenUsage Usage { get; init; }
        public required long Writes { get; init; }
        public required bool IsMessage { get; init; }
        public Call? Other { get; set; }
        public (string, string?, long, long, long) Signature => (Session, Model, Usage.Input, Writes, Usage.CacheRead);
    }

    public NaiveReports(IEnumerable<Report> reports)
    {
        var made = reports.Select(r => (r.Source, r.User, Event: r.Event())).ToList();
        _all = [.. made.Select(r => (r.Source, r.Event))];
        _lone = [.. made.Where(r => r.Event is ResponseEvent { Conversation: "" }).Select(r => (r.User, (ResponseEvent)r.Event))];
        CountCalls();
        CountRest();
    }

    /// <summary>Two pairs were equally near: which of them met is a matter of the tie-break, which is not repeated here.</summary>
    public bool IsTied { get; private set; }

    /// <summary>Calls that met their lines without a request id.</summary>
    public int MatchedByContent { get; private set; }

    public long Output { get; private set; }
    public long Input { get; private set; }
    public long CacheRead { get; private set; }
    public long CacheWrite { get; private set; }
    public long AssistantMessages { get; private set; }
    public long UserMessages { get; private set; }
    public long ToolCalls { get; private set; }
    public long ToolErrors { get; private set; }
    public long Errors { get; private set; }

    private void CountCalls()
    {
        var lines = Merge(CallKind.Lines);
        var calls = Merge(CallKind.Call);
        var usages = Merge(CallKind.Usage);
        foreach (var call in calls.Where(c => c.Request != 0))
        {
            if (lines.Find(l => l.Request == call.Request) is { } line) (line.Other, call.Other) = (call, line);
        }
        Nearest(calls.Where(c => c.Other is null), lines.Where(l => l.Other is null), pairBoth: true);
        foreach (var usage in usages.Where(u => u.Request != 0)) usage.Other = lines.Find(l => IsOf(usage, l)) ?? calls.Find(c => IsOf(usage, c));
        Nearest(usages.Where(u => u.Other is null), lines.Concat(calls.Where(c => c.Other is null)), pairBoth: false);

        foreach (var line in lines)
        {
            // Each figure is the report's, else the line's own.
            Count(line.Other ?? line);
            AssistantMessages++;
        }
        foreach (var call in calls.Where(c => c.Other is null))
        {
            Count(call);
            if (call.IsMessage) AssistantMessages++;
        }
        foreach (var usage in usages.Where(u => u.Other is null)) Count(usage);

        foreach (var session in _all.Select(a => a.Event.Conversation).Distinct())
        {
            // What has no session is no conversation: nothing there stands back.
            if (session.Length > 0 && _all.Any(a => a.Event.Conversation == session
                && (a.Source == EventSource.Transcript || a.Event is ResponseEvent { Kind: CallKind.Call }))) continue;
            var points = _all.Select(a => a.Event).OfType<ResponseEvent>()
                .Where(r => r.Conversation == session && r.Kind is CallKind.Metric or CallKind.Total).Where(r => r.Conversation == session)
                .DistinctBy(r => r.Key).ToList();
            // Of one user they are the same tokens as that user's calls.
            var callers = _lone.Where(l => l.Event.Kind == CallKind.Call && l.User.Length > 0).Select(l => l.User).ToHashSet();
            points.RemoveAll(p => session.Length == 0 && callers.Contains(_lone.First(l => l.Event.Key == p.Key).User));
            Output += points.Where(p => p.Kind == CallKind.Metric).Sum(p => p.Usage.Output);
            // The growth of a running total over all its points is its largest value.
            Output += points.Where(p => p.Kind == CallKind.Total).GroupBy(p => p.Request).Sum(s => s.Max(p => p.Usage.Output));
        }
    }

    /// <summary>Request ids of the events API are unique within their conversation.</summary>
    private static bool IsOf(Call usage, Call row) => row.Request == usage.Request && (usage.Session.Length == 0 || row.Session == usage.Session);

    private void Count(Call call)
    {
        Input += call.Usage.Input;
        Output += call.Usage.Output;
        CacheRead += call.Usage.CacheRead;
        CacheWrite += call.Writes;
    }

    private List<Call> Merge(CallKind kind) => [.. _all.Select(a => a.Event).OfType<ResponseEvent>().Where(r => r.Kind == kind).GroupBy(r => r.Key)
        .Select(g => new Call
    {
        Kind = kind, Session = g.First().Conversation, Request = g.First().Request, First = g.Min(r => r.At), Last = g.Max(r => r.At), Model = g.First()
            .Model, IsMessage = !g.First().IsAuxiliary,
        Usage = new TokenUsage(g.Max(r => r.Usage.Input), g.Max(r => r.Usage.Output), 0, 0, g.Max(r => r.Usage.CacheRead)),
        Writes = Math.Max(g.Max(r => r.CacheWriteField), g.Max(r => r.Usage.CacheWrite1h)),
    })];

    private void Nearest(IEnumerable<Call> reports, IEnumerable<Call> rows, bool pairBoth)
    {
        var pairs = (from report in reports from row in rows
                     where report.Session.Length > 0 && report.Signature == row.Signature && (report.Request == 0 || row.Request == 0)
                     let distance = report.First < row.First ? row.First - report.First : Math.Max(0, report.First - row.Last)
                     where distance <= Reach
                     orderby distance, Math.Abs(report.First - row.Last)
                     select (report, row, distance, FromEnd: Math.Abs(report.First - row.Last))).ToList();
        IsTied |= pairs.GroupBy(p => (p.distance, p.FromEnd)).Any(g => g.Count() > 1);
        var taken = new HashSet<Call>();
        foreach (var (report, row, _, _) in pairs)
        {
            if (report.Other is not null || !taken.Add(row)) continue;
            report.Other = row;
            if (!pairBoth) continue;
            row.Other = report;
            MatchedByContent++;
        }
    }

    private void CountRest()
    {
        foreach (var session in _all.Select(a => a.Event.Conversation).Distinct())
        {
            var own = _all.Where(a => a.Event.Conversation == session).ToList();
            var hasLines = own.Any(a => a.Source == EventSource.Transcript);
            UserMessages += Best<PromptEvent>(own, hasLines).Count();
            var tools = Best<ToolCallEvent>(own, hasLines).ToList();
            ToolCalls += tools.Count;
            ToolErrors += tools.Count(t => own.Any(o => o.Source == t.Source && o.Event is ToolResultEvent { IsError: true } r && r.Key == t.Event.Key));
            var lines = own.Where(o => o.Source == EventSource.Transcript).Select(o => o.Event).OfType<ApiErrorEvent>().DistinctBy(e => e.Key).ToList();
            Errors += lines.Count > 0
                ? Failures(lines, [.. Untold<ApiErrorEvent>(own, EventSource.Otlp).Select(o => (ApiErrorEvent)o.Event)])
                : Best<ApiErrorEvent>(own, hasLines: false).Sum(e => ((ApiErrorEvent)e.Event).Attempts);
        }
    }

    /// <summary>Each failure with the larger number of attempts; the lines of attempts before it, after the failure before, are among them.</summary>
    private int Failures(List<ApiErrorEvent> lines, List<ApiErrorEvent> events)
    {
        var failures = lines.Where(l => l.IsFinal).Select(l => (Event: l, Key: Identity(l), Attempts: Told(l)))
            .Concat(events.Select(e => (Event: e, Key: e.Key.With((ulong)EventSource.Otlp), e.Attempts))).OrderBy(f => f.Event.At).ThenBy(f => f.Key.High)
                .ThenBy(f => f.Key.Low);
        var (sum, before) = (lines.Count(l => !l.IsFinal), long.MinValue);
        foreach (var failure in failures)
        {
            var repeated = lines.Count(l => !l.IsFinal && l.At > before && l.At <= failure.Event.At);
            sum += failure.Attempts - Math.Min(repeated, failure.Attempts - 1);
            before = failure.Event.At;
        }
        return sum;

        int Told(ApiErrorEvent line) =>
            _all.Where(a => a.Source == EventSource.Otlp && a.Event.Key == line.Request).Select(a => a.Event).OfType<ApiErrorEvent>().Select(e => e.Attempts)
                .Append(1).Max();
    }

    private static EventKey Identity(AnalyticsEvent x) => x is ApiErrorEvent { Request: var request } && request != default ? request : x.Key;

    /// <summary>What no better source tells too, in whatever session; ids of the events API are unique within theirs.</summary>
    private IEnumerable<(EventSource Source, AnalyticsEvent Event)> Untold<T>(List<(EventSource Source, AnalyticsEvent Event)> own, EventSource source)
        where T : AnalyticsEvent =>
        own.Where(i => i.Event is T && i.Source == source).DistinctBy(i => i.Event.Key)
            .Where(i => !_all.Any(a => a.Event is T && Identity(a.Event) == i.Event.Key && a.Source < source
                && (a.Event.Conversation == i.Event.Conversation || a.Source != EventSource.Api && source != EventSource.Api)));

    private IEnumerable<(EventSource Source, AnalyticsEvent Event)> Best<T>(List<(EventSource Source, AnalyticsEvent Event)> own, bool hasLines)
        where T : AnalyticsEvent
    {
        foreach (var source in (EventSource[])[EventSource.Transcript, EventSource.Otlp, EventSource.Api, EventSource.Hook])
        {
            if (source != EventSource.Transcript && hasLines) yield break;
            foreach (var item in Untold<T>(own, source)) yield return item;
            if (own.Any(i => i.Event is T && i.Source == source && i.Event.Conversation.Length > 0)) yield break;
        }
    }
}
