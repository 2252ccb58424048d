using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Rollups;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

/// <summary>Everything that one conversation owns, as read in one snapshot.</summary>
internal sealed record ConversationItems(
    IReadOnlyList<PromptEntity> Prompts, IReadOnlyList<ResponseEntity> Responses, IReadOnlyList<ToolCallEntity> ToolCalls,
    IReadOnlyList<ApiErrorEntity> Errors, IReadOnlyList<MarkEntity> Marks, IReadOnlyList<AgentEntity> Agents, IReadOnlyDictionary<int, string> Texts);

/// <summary>Cuts a conversation into turns and hangs each sub-agent's steps below the call that started it.</summary>
/// <param name="before">Turns before those of the items: what is told is numbered from there on.</param>
internal sealed class TimelineBuilder(ConversationItems items, NameCatalog names, int before = 0)
{
    private readonly Dictionary<int, AgentEntity> _agents = items.Agents.ToDictionary(a => a.AgentId);

    public ConversationTimeline Build(string id)
    {
        var prompts = items.Prompts.OrderBy(p => p.At).ThenBy(p => p.KeyHigh).ThenBy(p => p.KeyLow).ToList();
        var starts = prompts.Select(p => p.At).Prepend(long.MinValue).ToList();
        var responses = ByTurn(items.Responses, starts);
        var calls = ByTurn(items.ToolCalls.Where(c => c.IsCalled), starts);
        var errors = ByTurn(items.Errors, starts);
        var marks = ByTurn(items.Marks, starts);
        var turns = new List<Turn>();
        for (var i = 0; i < starts.Count; i++)
        {
            if (TurnOf(before + i, i == 0 ? null : prompts[i - 1], [.. responses[i]], [.. calls[i]], [.. errors[i]], [.. marks[i]])
                is { } turn) turns.Add(turn);
        }
        return new ConversationTimeline { Id = id, Turns = turns };
    }

    /// <summary>Of prompts at one instant the last one owns what follows; long conversations are cut in one pass.</summary>
    private static ILookup<int, T> ByTurn<T>(IEnumerable<T> all, List<long> starts) where T : ItemEntity => all.ToLookup(x =>
    {
        var at = starts.BinarySearch(x.At);
        if (at < 0) return ~at - 1;
        while (at + 1 < starts.Count && starts[at + 1] == x.At) at++;
        return at;
    });

    private Turn? TurnOf(int number, PromptEntity? prompt, List<ResponseEntity> responses, List<ToolCallEntity> calls, List<ApiErrorEntity> errors,
        List<MarkEntity> marks)
    {
        if (prompt is null && responses.Count + calls.Count + errors.Count + marks.Count == 0) return null;

        var steps = Steps(prompt, responses, calls, errors, marks);
        var sum = new Measures();
        foreach (var response in responses) sum.Add(Contributions.Of(response));
        foreach (var call in calls) sum.Add(Contributions.Of(call));
        var writes = sum.CacheWrites;
        var tokens = sum[Measure.Input] + sum[Measure.Output] + writes + sum[Measure.CacheRead];
        var ends = responses.Select(r => r.LastAt).Concat(calls.Select(c => c.ResultAt ?? c.At)).Concat(errors.Select(e => e.At))
            .Concat(marks.Select(m => m.At)).ToList();
        var start = prompt?.At ?? steps.Min(s => s.Start).ToUnixTimeMilliseconds();
        return new Turn
        {
            Number = number,
            Start = At(start),
            End = At(ends.Append(start).Max()),
            Prompt = prompt?.TextId is { } text ? items.Texts.GetValueOrDefault(text) : null,
            InputTokens = sum[Measure.Input],
            OutputTokens = sum[Measure.Output],
            CacheCreationTokens = writes,
            CacheReadTokens = sum[Measure.CacheRead],
            Cost = Money.CostOf(sum[Measure.Cost], sum[Measure.UnpricedTokens], tokens),
            ToolCalls = calls.Count,
            Errors = calls.Count(c => c.IsError) + errors.Count,
            SubAgents = steps.Count(s => s.Kind == StepKind.Agent) + steps.SelectMany(Descendants).Count(s => s.Kind == StepKind.Agent),
            ResponseTime = prompt?.ResponseMs / 1000.0,
            Steps = steps,
        };
    }

    private List<Step> Steps(PromptEntity? prompt, List<ResponseEntity> responses, List<ToolCallEntity> calls, List<ApiErrorEntity> errors,
        List<MarkEntity> marks)
    {
        // Steps by the agent that they happened in; 0 is the main chain.
        var chains = new Dictionary<int, List<Step>>();
        List<Step> Chain(int agent) => chains.TryGetValue(agent, out var list) ? list : chains[agent] = [];

        var starters = calls.ToDictionary(c => c.Id, StartedAgentOf);
        var starterOf = new Dictionary<int, ToolCallEntity>();
        foreach (var call in calls.Where(c => starters[c.Id] != 0 && starters[c.Id] != c.AgentId)) starterOf.TryAdd(starters[call.Id], call);
        var results = calls.Where(c => c.ResultAt is not null).GroupBy(c => c.AgentId)
            .ToDictionary(g => g.Key, g => g.Select(c => c.ResultAt!.Value).Order().ToArray());

        var answers = responses.GroupBy(r => r.AgentId).ToDictionary(g => g.Key, g => g.Select(r => r.LastAt).Order().ToArray());

        foreach (var response in responses)
        {
            // An answer begins when there is something to answer: the last result, the prompt, or the call that started the agent; and
            // not before the answer before it was finished.
            var began = Max(Latest(results.GetValueOrDefault(response.AgentId), response.At), Latest(answers[response.AgentId], response.At - 1));
            if (response.AgentId == 0) began = Max(began, prompt?.At);
            else began ??= starterOf.GetValueOrDefault(response.AgentId)?.At;
            Chain(response.AgentId).Add(Answer(response, Math.Min(began ?? response.At, response.At)));
        }
        foreach (var error in errors) Chain(error.AgentId).Add(ErrorStep(error));
        foreach (var mark in marks) Chain(mark.AgentId).Add(MarkStep(mark));

        // Inner calls first, so that an agent's chain is complete when its starter takes it.
        var pending = calls.OrderByDescending(c => Depth(c.AgentId, starterOf)).ThenBy(c => c.At).ThenBy(c => c.KeyHigh).ThenBy(c => c.KeyLow).ToList();
        foreach (var call in pending)
        {
            var agent = starters[call.Id];
            List<Step> children = [];
            if (agent != 0 && chains.Remove(agent, out var own)) children = own;
            Chain(call.AgentId).Add(Call(call, agent, children));
        }
        var main = Chain(0);
        foreach (var (agent, steps) in chains.Where(c => c.Key != 0)) main.Add(Orphan(agent, steps));
        return Ordered(main);
    }

    /// <summary>How many agents deep an agent works; bounded, because files can lie about who started whom.</summary>
    private static int Depth(int agent, Dictionary<int, ToolCallEntity> starterOf)
    {
        var depth = 0;
        while (agent != 0 && depth < 16)
        {
            depth++;
            if (!starterOf.TryGetValue(agent, out var starter)) break;
            agent = starter.AgentId;
        }
        return depth;
    }

    /// <summary>The latest of <paramref name="sorted"/> that is not after <paramref name="at"/>.</summary>
    private static long? Latest(long[]? sorted, long at)
    {
        if (sorted is null) return null;
        var found = Array.BinarySearch(sorted, at);
        if (found < 0) found = ~found - 1;
        return found < 0 ? null : sorted[found];
    }

    private int StartedAgentOf(ToolCallEntity call)
    {
        if (call.StartedAgentId != 0) return call.StartedAgentId;
        return items.Agents.FirstOrDefault(a => a.ToolUse != 0 && a.ToolUse == call.KeyLow)?.AgentId ?? 0;
    }

    // The fingerprint of the thing itself, not the number of its row: an address that names a step stays good after a new import.
    private static string IdOf(char kind, ItemEntity x) => string.Create(CultureInfo.InvariantCulture, $"{kind}{x.KeyLow:x16}");

    private Step Answer(ResponseEntity r, long start) => new()
    {
        Id = IdOf('a', r),
        Kind = StepKind.Answer,
        Start = At(start),
        End = At(r.LastAt),
        Name = names.Text(r.ModelId) ?? "unknown model",
        Model = names.Text(r.ModelId),
        InputTokens = r.Input,
        OutputTokens = r.Output,
        CacheCreationTokens = r.CacheWrite5m + r.CacheWrite1h,
        CacheReadTokens = r.CacheRead,
        Cost = r.Cost is { } cost ? Money.Dollars(cost) : null,
        ClientCost = r.ClientCost is { } client ? Money.Dollars(client) : null,
        FirstToken = r.FirstTokenMs / 1000.0,
        Sources = [.. SourceNames.Of(r.Sources)],
        AgentId = names.Text(r.AgentId),
    };

    private Step Call(ToolCallEntity c, int agent, List<Step> children)
    {
        var ordered = Ordered(children);
        var known = agent == 0 ? null : _agents.GetValueOrDefault(agent);
        return new Step
        {
            Id = IdOf('t', c),
            Kind = agent == 0 ? StepKind.Tool : StepKind.Agent,
            Start = At(c.At),
            // An agent in the background gives its result at once and works on.
            End = ordered.Select(s => s.End ?? s.Start).Append(c.ResultAt is { } end ? At(end) : DateTimeOffset.MinValue).Max() is { Year: > 1 } last ? last
                : null,
            Name = names.Text(c.ToolId) ?? "unknown",
            Target = c.TargetId is { } target ? items.Texts.GetValueOrDefault(target) : known?.Description,
            Failed = c.IsError,
            Sources = [.. SourceNames.Of(c.Sources)],
            Output = c.OutputId is { } output ? items.Texts.GetValueOrDefault(output) : null,
            ResultSize = c.ResultAt is null ? null : c.ResultSize,
            Model = names.Text(c.ModelId),
            InputTokens = ordered.Sum(s => s.InputTokens),
            OutputTokens = ordered.Sum(s => s.OutputTokens),
            CacheCreationTokens = ordered.Sum(s => s.CacheCreationTokens),
            CacheReadTokens = ordered.Sum(s => s.CacheReadTokens),
            Cost = CostOf(c.Cost, ordered),
            AgentId = names.Text(agent),
            AgentType = known?.Type,
            Children = ordered,
        };
    }

    private Step Orphan(int agent, List<Step> steps)
    {
        var ordered = Ordered(steps);
        var known = _agents.GetValueOrDefault(agent);
        return new Step
        {
            Id = $"g{names.Text(agent)}",
            Kind = StepKind.Agent,
            Start = ordered[0].Start,
            End = ordered.Max(s => s.End ?? s.Start),
            Name = "Agent",
            Target = known?.Description,
            InputTokens = ordered.Sum(s => s.InputTokens),
            OutputTokens = ordered.Sum(s => s.OutputTokens),
            CacheCreationTokens = ordered.Sum(s => s.CacheCreationTokens),
            CacheReadTokens = ordered.Sum(s => s.CacheReadTokens),
            Cost = CostOf(0, ordered),
            AgentId = names.Text(agent),
            AgentType = known?.Type,
            Children = ordered,
        };
    }

    private Step ErrorStep(ApiErrorEntity e) => new()
    {
        Id = IdOf('e', e),
        Kind = StepKind.Error,
        Start = At(e.At),
        Name = e.Status == 0 ? "Connection lost" : string.Create(CultureInfo.InvariantCulture, $"API error {e.Status}"),
        Target = e.IsFinal ? "gave up" : "tried again",
        Failed = true,
        Output = e.TextId is { } text ? items.Texts.GetValueOrDefault(text) : null,
    };

    private static Step MarkStep(MarkEntity m) => new()
    {
        Id = IdOf('m', m),
        Kind = StepKind.Mark,
        Start = At(m.At),
        Name = (MarkKind)m.Kind switch
        {
            MarkKind.Compaction => "Conversation compacted",
            MarkKind.Interruption => "Interrupted by the user",
            MarkKind.ModelFallback => "Another model took over",
            _ => throw new InvalidOperationException($"Mark {m.Kind} is not known."),
        },
        Target = m.Before > 0 ? string.Create(CultureInfo.InvariantCulture, $"{m.Before:N0} → {m.After:N0} tokens") : null,
    };

    private static decimal? CostOf(long own, List<Step> children)
    {
        var known = children.Where(c => c.Cost is not null).ToList();
        if (known.Count == 0 && own == 0) return null;
        return Money.Dollars(own) + known.Sum(c => c.Cost!.Value);
    }

    private static List<Step> Ordered(IEnumerable<Step> steps) =>
        [.. steps.OrderBy(s => s.Start).ThenBy(s => s.End ?? s.Start).ThenBy(s => s.Id, StringComparer.Ordinal)];

    private static IEnumerable<Step> Descendants(Step step) => step.Children.SelectMany(c => Descendants(c).Prepend(c));

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static long? Max(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
