using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// The own items of one conversation in memory, as far as order matters: from them come response times, activity, first and last
/// moment, project and models. Rebuilt from rows where it is not at hand. Writer only.
/// </summary>
internal sealed class ConversationState
{
    private const long LongestActiveGap = 5 * 60_000;

    private readonly Dictionary<int, Prompt> _prompts = [];
    private readonly Dictionary<int, Response> _responses = [];
    private readonly Dictionary<int, Result> _results = [];

    internal sealed record Prompt(int Id, long At, long? ResponseMs, long? TurnMs, int Project, int Branch, int Version, int? TextId);

    /// <param name="IsMessage">It counts as a message: it is no call of its own, and nothing better stands in its place.</param>
    /// <param name="NamesModel">Its model is one of the conversation's: of messages, and of tokens that come without one.</param>
    internal sealed record Response(int Id, long First, long Last, bool IsMain, bool IsMessage, bool NamesModel, int Model, int Project, int Branch, int Version, Report Report);

    /// <summary>What tells whether two reports are of one call.</summary>
    /// <param name="Amount">Of a running total: its value. Else 0.</param>
    internal readonly record struct Report(CallKind Kind, ulong High, ulong Low, ulong Request, int CallId, int Model, long Input, long CacheWrite, long CacheRead, long Amount);

    internal sealed record Result(long First, long Last);

    /// <summary>As the cache last counted it.</summary>
    public int Counted { get; set; }

    /// <summary>Number of the last transaction that touched it.</summary>
    public long UsedAt { get; set; }

    public int Size => _prompts.Count + _responses.Count + _results.Count;

    /// <summary>Everything known of its calls, whatever counts.</summary>
    public IReadOnlyCollection<Response> Responses => _responses.Values;

    // What another source stands in for moves nothing here.

    public void Put(PromptEntity x)
    {
        if (x.IsVoid) _prompts.Remove(x.Id);
        else _prompts[x.Id] = new Prompt(x.Id, x.At, x.ResponseMs, x.TurnMs, x.ProjectId, x.BranchId, x.VersionId, x.TextId);
    }

    public void Put(ResponseEntity x)
    {
        var amount = (CallKind)x.Kind == CallKind.Total ? x.OwnInput + x.OwnOutput + x.CacheWriteField + x.OwnCacheRead : 0;
        var report = new Report(
            (CallKind)x.Kind, (ulong)x.KeyHigh, (ulong)x.KeyLow, (ulong)x.Request, x.CallId, x.OwnModelId, x.OwnInput, Math.Max(x.CacheWriteField, x.CacheWriteSplit5m + x.OwnCacheWrite1h), x.OwnCacheRead, amount);
        // An auxiliary call is no message: it moves neither the conversation's ends nor its answers.
        _responses[x.Id] = new Response(x.Id, x.At, x.LastAt, !x.IsSidechain, !x.IsAuxiliary && !x.IsVoid, !x.IsVoid && (!x.IsAuxiliary || (CallKind)x.Kind is CallKind.Usage or CallKind.Metric or CallKind.Total), x.ModelId, x.ProjectId, x.BranchId, x.VersionId, report);
    }

    public void Put(ToolCallEntity x)
    {
        if (x.ResultAt is { } first && !x.IsVoid) _results[x.Id] = new Result(first, x.LastResultAt ?? first);
        else _results.Remove(x.Id);
    }

    public void Remove(PromptEntity x) => _prompts.Remove(x.Id);

    public void Remove(ResponseEntity x) => _responses.Remove(x.Id);

    public void Remove(ToolCallEntity x) => _results.Remove(x.Id);

    /// <summary>Sets what follows from order on the conversation, and gives the prompts whose answer changed.</summary>
    public List<(int PromptId, long? ResponseMs, long? TurnMs)> Derive(ConversationEntity conversation)
    {
        var changed = new List<(int, long?, long?)>();
        var prompts = _prompts.Values.OrderBy(p => p.At).ThenBy(p => p.Id).ToList();
        var responses = _responses.Values.Where(r => r.IsMessage).OrderBy(r => r.First).ThenBy(r => r.Id).ToList();
        var next = 0;
        for (var i = 0; i < prompts.Count; i++)
        {
            var prompt = prompts[i];
            var until = i + 1 < prompts.Count ? prompts[i + 1].At : long.MaxValue;
            while (next < responses.Count && responses[next].First < prompt.At) next++;
            long? first = null;
            long? last = null;
            for (var at = next; at < responses.Count && responses[at].First < until; at++)
            {
                if (!responses[at].IsMain) continue;
                first ??= responses[at].First - prompt.At;
                last = Math.Max(last ?? 0, Math.Min(responses[at].Last, until) - prompt.At);
            }
            if (first != prompt.ResponseMs || last != prompt.TurnMs)
            {
                changed.Add((prompt.Id, first, last));
                _prompts[prompt.Id] = prompt with { ResponseMs = first, TurnMs = last };
            }
        }
        SetActivity(conversation);
        SetNames(conversation, prompts, responses);
        return changed;
    }

    /// <summary>The text of the earliest own prompt, null without one.</summary>
    public int? FirstPromptText => _prompts.Values.OrderBy(p => p.At).ThenBy(p => p.Id).FirstOrDefault()?.TextId;

    private void SetActivity(ConversationEntity conversation)
    {
        var points = new List<long>(_prompts.Count + 2 * (_responses.Count + _results.Count));
        foreach (var prompt in _prompts.Values) points.Add(prompt.At);
        foreach (var response in _responses.Values)
        {
            if (!response.IsMessage) continue;
            points.Add(response.First);
            points.Add(response.Last);
        }
        foreach (var result in _results.Values)
        {
            points.Add(result.First);
            points.Add(result.Last);
        }
        points.Sort();
        long active = 0;
        for (var i = 1; i < points.Count; i++)
        {
            var gap = points[i] - points[i - 1];
            if (gap <= LongestActiveGap) active += gap;
        }
        conversation.CreatedAt = points.Count > 0 ? points[0] : 0;
        conversation.LastActivity = points.Count > 0 ? points[^1] : 0;
        conversation.ActiveMs = active;
    }

    private void SetNames(ConversationEntity conversation, List<Prompt> prompts, List<Response> responses)
    {
        var firstPrompt = prompts.FirstOrDefault();
        var firstResponse = responses.FirstOrDefault();
        if (firstPrompt is not null && (firstResponse is null || firstPrompt.At <= firstResponse.First)) conversation.ProjectId = firstPrompt.Project;
        else if (firstResponse is not null) conversation.ProjectId = firstResponse.Project;

        var lastPrompt = prompts.LastOrDefault();
        var lastResponse = responses.LastOrDefault();
        if (lastPrompt is not null && (lastResponse is null || lastPrompt.At > lastResponse.First))
        {
            (conversation.BranchId, conversation.VersionId) = (lastPrompt.Branch, lastPrompt.Version);
        }
        else if (lastResponse is not null)
        {
            (conversation.BranchId, conversation.VersionId) = (lastResponse.Branch, lastResponse.Version);
        }
        conversation.Models = string.Join(',', _responses.Values.Where(r => r.NamesModel && r.Model != 0).OrderBy(r => r.First).ThenBy(r => r.Report.High).ThenBy(r => r.Report.Low).Select(r => r.Model).Distinct());
    }
}
