using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Conversation;

/// <summary>Where a step stands: its turn, what started it, and its place among the steps of the turn.</summary>
/// <param name="Parents">Sub-agents around it, outermost first.</param>
/// <param name="Number">1 = first of its turn, sub-agents' steps counted where they stand.</param>
public sealed record StepPlace(Turn Turn, Step Step, IReadOnlyList<Step> Parents, int Number);

/// <summary>One conversation as its page shows it. Made once for each answer; null row = there is none of this id.</summary>
public sealed class ConversationModel
{
    private readonly Dictionary<string, StepPlace> _places = [];
    private readonly Dictionary<int, int> _counts = [];

    /// <param name="row">Null = there is none of this id.</param>
    /// <param name="timeline">Null without a row.</param>
    /// <param name="isBeginning">Only the first turns of a long conversation are there yet.</param>
    public ConversationModel(ConversationRow? row, ConversationTimeline? timeline, bool isBeginning = false)
    {
        (Row, IsBeginning) = (row, isBeginning);
        Timeline = timeline ?? new ConversationTimeline { Id = row?.Id ?? "", Turns = [] };
        foreach (var turn in Timeline.Turns)
        {
            var number = 0;
            Walk(turn, turn.Steps, [], ref number);
            _counts[turn.Number] = number;
        }
        Failed = [.. _places.Values.Where(p => p.Step.Failed).OrderBy(p => p.Turn.Number).ThenBy(p => p.Number)];
        MostTokens = Timeline.Turns.Select(t => t.TotalTokens).DefaultIfEmpty().Max();
        Answered = [.. Timeline.Turns.Select(t => t.ResponseTime).OfType<double>().Order()];
        PromptsKept = Timeline.Turns.Any(t => t.Prompt is not null) || Timeline.Turns.All(t => t.Number == 0);
        var answers = _places.Values.Where(p => p.Step.Kind == StepKind.Answer).Select(p => p.Step).ToList();
        Answers = answers.Count;
        Reported = answers.Count(s => s.Sources.Contains("otlp"));
        ReportedCost = answers.Any(s => s.ClientCost is not null) ? answers.Sum(s => s.ClientCost ?? 0) : null;
        CostByModel = [.. _places.Values.Where(p => p.Step is { Kind: StepKind.Answer, Cost: not null }).GroupBy(p => p.Step.Name)
            .Select(g => (g.Key, g.Sum(p => p.Step.Cost!.Value))).OrderByDescending(g => g.Item2)];
    }

    public ConversationRow? Row { get; }
    public ConversationTimeline Timeline { get; }

    /// <summary>The rest is on its way: what is told of the whole cannot be told yet.</summary>
    public bool IsBeginning { get; }

    /// <summary>Everything that failed, in order.</summary>
    public IReadOnlyList<StepPlace> Failed { get; }

    /// <summary>Of the largest turn: full width of the token bars.</summary>
    public long MostTokens { get; }

    /// <summary>Response times in seconds, sorted.</summary>
    public IReadOnlyList<double> Answered { get; }

    /// <summary>False where the content setting keeps counts only.</summary>
    public bool PromptsKept { get; }

    /// <summary>Dearest first.</summary>
    public IReadOnlyList<(string Model, decimal Cost)> CostByModel { get; }

    /// <summary>Answered API calls.</summary>
    public int Answers { get; }

    /// <summary>Of these, known through OpenTelemetry too.</summary>
    public int Reported { get; }

    /// <summary>What the client computed for those, USD; null where it told of none.</summary>
    public decimal? ReportedCost { get; }

    public Turn? Turn(int number) => Timeline.Turns.FirstOrDefault(t => t.Number == number);

    public StepPlace? Place(string? step) => step is null ? null : _places.GetValueOrDefault(step);

    public int StepsOf(Turn turn) => _counts.GetValueOrDefault(turn.Number);

    /// <summary>The failed step after (1) or before (-1) a place; without one the first or last. Null at the end.</summary>
    public StepPlace? NextFailed(StepPlace? from, int turn, int direction)
    {
        var at = (from?.Turn.Number ?? turn, from?.Number ?? (direction > 0 ? 0 : int.MaxValue));
        return direction > 0
            ? Failed.FirstOrDefault(p => (p.Turn.Number, p.Number).CompareTo(at) > 0)
            : Failed.LastOrDefault(p => (p.Turn.Number, p.Number).CompareTo(at) < 0);
    }

    /// <summary>Nearest rank; null for fewer than five answers, where it would only be the slowest one.</summary>
    public double? P95 => Answered.Count < 5 ? null : Answered[(int)Math.Ceiling(Answered.Count * 0.95) - 1];

    private void Walk(Turn turn, IReadOnlyList<Step> steps, IReadOnlyList<Step> parents, ref int number)
    {
        foreach (var step in steps)
        {
            _places.TryAdd(step.Id, new StepPlace(turn, step, parents, ++number));
            if (step.Children.Count > 0) Walk(turn, step.Children, [.. parents, step], ref number);
        }
    }
}
