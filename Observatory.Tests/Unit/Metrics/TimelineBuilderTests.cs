using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Rework;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class TimelineBuilderTests
{
    private const int Agent = 7;

    private static ConversationTimeline Build(
        IReadOnlyList<PromptEntity> prompts, IReadOnlyList<ResponseEntity>? responses = null, IReadOnlyList<ToolCallEntity>? calls = null,
        IReadOnlyList<ApiErrorEntity>? errors = null, IReadOnlyList<MarkEntity>? marks = null)
    {
        using var names = new NameCatalog(new PageQueries(), new NoAliases(), new NameChanges());
        return new TimelineBuilder(new ConversationItems(prompts, responses ?? [], calls ?? [], errors ?? [], marks ?? [], [], new Dictionary<int,
            string>()), names).Build("c");
    }

    private static PromptEntity Prompt(int id, long at) => new() { Id = id, At = at, KeyLow = id };

    private static ResponseEntity Answer(int id, long at, int agent = 0) =>
        new() { Id = id, KeyLow = id, At = at, LastAt = at + 500, AgentId = agent, Input = 10 };

    private static ToolCallEntity Call(int id, long at, long? result, int agent = 0, int starts = 0, bool failed = false) =>
        new() { Id = id, KeyLow = id, At = at, ResultAt = result, AgentId = agent, StartedAgentId = starts, IsCalled = true, IsError = failed };

    [Fact]
    public void BackgroundAgent_RunsAsLongAsItsSteps()
    {
        var turn = Assert.Single(Build([Prompt(1, 1_000)], [Answer(2, 2_000), Answer(4, 6_000, Agent)], [Call(3, 3_000, 3_100, starts: Agent)]).Turns);
        var agent = Assert.Single(turn.Steps, s => s.Kind == StepKind.Agent);
        Assert.Equal(6_500, agent.End!.Value.ToUnixTimeMilliseconds());
        // Its first answer begins with the call that started it.
        Assert.Equal(3_000, Assert.Single(agent.Children).Start.ToUnixTimeMilliseconds());
        Assert.Equal(1, turn.SubAgents);
    }

    [Fact]
    public void AgentsInAgents_NestAndAddUp()
    {
        var turn = Assert.Single(Build(
            [Prompt(1, 1_000)], [Answer(2, 3_000, Agent), Answer(3, 5_000, 8)],
            [Call(4, 2_000, 9_000, starts: Agent), Call(5, 4_000, 8_000, agent: Agent, starts: 8)]).Turns);
        var outer = Assert.Single(turn.Steps);
        var inner = Assert.Single(outer.Children, s => s.Kind == StepKind.Agent);
        Assert.Equal(StepKind.Answer, Assert.Single(inner.Children).Kind);
        Assert.Equal(20, outer.TotalTokens);
        Assert.Equal(20, turn.TotalTokens);
        Assert.Equal(2, turn.SubAgents);
    }

    [Fact]
    public void AnAnswer_BeginsAfterTheOneBeforeIt()
    {
        var steps = Build([Prompt(1, 1_000)], [Answer(2, 2_000), Answer(3, 6_000)], [Call(4, 2_400, 3_000), Call(5, 6_400, 6_900)]).Turns[0].Steps;
        Assert.Equal([1_000, 3_000], steps.Where(s => s.Kind == StepKind.Answer).Select(s => s.Start.ToUnixTimeMilliseconds()));
        steps = Build([Prompt(1, 1_000)], [Answer(2, 2_000), Answer(3, 6_000)]).Turns[0].Steps;
        Assert.Equal([1_000, 2_500], steps.Select(s => s.Start.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void ACallWithoutResult_HasNoEnd() => Assert.Null(Build([Prompt(1, 1_000)], calls: [Call(2, 2_000, null)]).Turns[0].Steps[0].End);

    [Fact]
    public void ErrorsAndMarks_AreSteps()
    {
        var turn = Assert.Single(Build(
            [Prompt(1, 1_000)], errors: [new ApiErrorEntity { Id = 2, KeyLow = 2, At = 2_000, Status = 529 }],
                marks: [new MarkEntity { Id = 3, KeyLow = 3, At = 3_000, Kind = (int)MarkKind.Compaction }]).Turns);
        Assert.Equal([StepKind.Error, StepKind.Mark], turn.Steps.Select(s => s.Kind));
        Assert.Equal(1, turn.Errors);
        Assert.True(turn.Steps[0].Failed);
    }

    [Fact]
    public void Turns_AreCutAtPrompts()
    {
        var turns = Build([Prompt(2, 5_000), Prompt(1, 2_000), Prompt(3, 5_000)], [Answer(4, 1_000), Answer(5, 2_000), Answer(6, 4_999), Answer(7, 5_000)])
            .Turns;
        Assert.Equal([0, 1, 2, 3], turns.Select(t => t.Number));
        Assert.Equal([1, 2, 0, 1], turns.Select(t => t.Steps.Count));
    }

    [Fact]
    public void StepIds_AreUniqueAndStable()
    {
        ConversationTimeline Make() => Build([Prompt(1, 1_000)], [Answer(9, 2_000), Answer(10, 3_000)], [Call(9, 2_500, 2_600)]);
        var ids = Make().Turns[0].Steps.Select(s => s.Id).ToList();
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids, Make().Turns[0].Steps.Select(s => s.Id));
    }
}
