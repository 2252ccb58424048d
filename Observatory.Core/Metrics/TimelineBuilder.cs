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
internal sealed class TimelineBuilder(ConversationItems items, NameCatalog names)
{
    private readonly Dictionary<int, AgentEntity> _agents = items.Agents.ToDictionary(a => a.AgentId);

    public ConversationTimeline Build(string id)
    {
        var prompts = items.Prompts.OrderBy(p => p.At).ThenBy(p => p.Id).ToList();
        var starts = prompts.Select(p => p.At).Prepend(long.MinValue).ToList();
        var turns = new List<Turn>();
        for (var i = 0; i < starts.Count; i++)
        {
            var from = starts[i];
            var until = i + 1 < starts.Count ? starts[i + 1] : long.MaxValue;
            if (TurnOf(i, i == 0 ? null : prompts[i - 1], from, until) is { } turn) turns.Add(turn);
        }
        return new ConversationTimeline { Id = id, Turns = turns };
    }

    private Turn? TurnOf(int number, PromptEntity? prompt, long from, long until)
    {
        bool In(ItemEntity x) => x.At >= from && x.At < until;
        var responses = items.Responses.Where(In).ToList();
        var calls = items.ToolCalls.Where(c => c.IsCalled && In(c)).ToList();
        var errors = items.Errors.Where(In).ToList();
        var marks = items.Marks.Where(In).ToList();
        if (prompt is null && responses.Count + calls.Count + errors.Count + marks.Count == 0) return null;

        var steps = Steps(prompt, responses, calls, errors, marks);
        var sum = new Measures();
        foreach (var response in responses) sum.Add(Contributions.Of(response));
        foreach (var call in calls) sum.Add(Contributions.Of(call));
        var writes = sum[Measure.CacheWrite5m] + sum[Measure.CacheWrite1h];
        var tokens = sum[Measure.Input] + sum[Measure.Output] + writes + sum[Measure.CacheRead];
        var ends = responses.Select(r => r.LastAt).Concat(calls.Select(c => c.ResultAt ?? c.At)).Concat(errors.Select(e => e.At)).Concat(marks.Select(m => m.At)).ToList();
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

    private List<Step> Steps(PromptEntity? prompt, List<ResponseEntity> responses, List<ToolCallEntity> calls, List<ApiErrorEntity> errors, List<MarkEntity> marks)
    {
        // Steps by the agent that they happened in; 0 is the main chain.
        var chains = new Dictionary<int, List<Step>>();
        List<Step> Chain(int agent) => chains.TryGetValue(agent, out var list) ? list : chains[agent] = [];

        foreach (var response in responses)
        {
            var began = calls.Where(c => c.AgentId == response.AgentId && c.ResultAt <= response.At).Max(c => c.ResultAt);
            if (response.AgentId == 0) began = Max(began, prompt?.At);
            Chain(response.AgentId).Add(Answer(response, Math.Min(began ?? response.At, response.At)));
        }
        foreach (var error in errors) Chain(error.AgentId).Add(ErrorStep(error));
        foreach (var mark in marks) Chain(mark.AgentId).Add(MarkStep(mark));

        // Inner calls first, so that an agent's chain is complete when its starter takes it.
        var starters = calls.ToDictionary(c => c.Id, StartedAgentOf);
        var pending = calls.OrderByDescending(c => Depth(c.AgentId, calls, starters)).ThenBy(c => c.At).ToList();
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
    private static int Depth(int agent, List<ToolCallEntity> calls, Dictionary<int, int> starters)
    {
        var depth = 0;
        while (agent != 0 && depth < 16)
        {
            var starter = calls.FirstOrDefault(c => starters[c.Id] == agent && c.AgentId != agent);
            depth++;
            if (starter is null) break;
            agent = starter.AgentId;
        }
        return depth;
    }

    private int StartedAgentOf(ToolCallEntity call)
    {
        if (call.StartedAgentId != 0) return call.StartedAgentId;
        return items.Agents.FirstOrDefault(a => a.ToolUse != 0 && a.ToolUse == call.KeyLow)?.AgentId ?? 0;
    }

    private Step Answer(ResponseEntity r, long start) => new()
    {
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
        AgentId = names.Text(r.AgentId),
    };

    private Step Call(ToolCallEntity c, int agent, List<Step> children)
    {
        var ordered = Ordered(children);
        var known = agent == 0 ? null : _agents.GetValueOrDefault(agent);
        return new Step
        {
            Kind = agent == 0 ? StepKind.Tool : StepKind.Agent,
            Start = At(c.At),
            End = c.ResultAt is { } end ? At(end) : null,
            Name = names.Text(c.ToolId) ?? "unknown",
            Target = c.TargetId is { } target ? items.Texts.GetValueOrDefault(target) : known?.Description,
            Failed = c.IsError,
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
        Kind = StepKind.Error,
        Start = At(e.At),
        Name = e.Status == 0 ? "Connection lost" : string.Create(CultureInfo.InvariantCulture, $"API error {e.Status}"),
        Target = e.IsFinal ? "gave up" : "tried again",
        Failed = true,
        Output = e.TextId is { } text ? items.Texts.GetValueOrDefault(text) : null,
    };

    private static Step MarkStep(MarkEntity m) => new()
    {
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

    private static List<Step> Ordered(IEnumerable<Step> steps) => [.. steps.OrderBy(s => s.Start).ThenBy(s => s.End ?? s.Start)];

    private static IEnumerable<Step> Descendants(Step step) => step.Children.SelectMany(c => Descendants(c).Prepend(c));

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static long? Max(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
