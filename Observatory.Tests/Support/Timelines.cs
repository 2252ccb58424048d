using Observatory.Core.Metrics;

namespace Observatory.Tests.Support;

/// <summary>Turns and steps by hand.</summary>
internal static class Timelines
{
    public static readonly DateTimeOffset Start = FakeMetrics.Now.AddHours(-2);

    public static Step Step(string id, StepKind kind = StepKind.Tool, string name = "Bash", bool failed = false, string? target = null,
        params Step[] children) => new()
    {
        Id = id, Kind = kind, Name = name, Failed = failed, Target = target, Start = Start.AddSeconds(1), End = Start.AddSeconds(3), Children = children,
        Model = "claude-opus-4-8",
    };

    public static Turn Turn(int number, string? prompt, params Step[] steps) => new()
    {
        Number = number, Prompt = prompt, Start = Start, End = Start.AddSeconds(10), Steps = steps, InputTokens = 100 * number, Cost = 0.1m,
        Errors = steps.Count(s => s.Failed), ToolCalls = steps.Length, ResponseTime = 2,
    };

    public static ConversationTimeline Of(string id, params Turn[] turns) => new() { Id = id, Turns = turns };
}
