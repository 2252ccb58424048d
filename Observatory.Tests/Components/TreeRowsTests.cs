using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Conversation;
using Xunit;
using static Observatory.Tests.Support.Timelines;

namespace Observatory.Tests.Components;

public sealed class TreeRowsTests
{
    private static Step[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Step($"t{i}", failed: i == 150))];

    [Fact]
    public void LongRuns_FoldInTheMiddle()
    {
        var timeline = Of("c", Turn(1, "p", Many(30)));
        var rows = new TreeRows();
        rows.Open(timeline.Turns[0]);
        var all = rows.Of(timeline, false);
        Assert.Equal(1 + 1 + 10 + 1 + 1, all.Count);
        var group = Assert.Single(all, r => r.Kind == TreeRowKind.Group);
        Assert.Equal(19, group.Steps.Count);
        rows.Toggle(group.Key, false);
        Assert.Equal(1 + 1 + 10 + 1 + 19 + 1, rows.Of(timeline, false).Count);
    }

    [Fact]
    public void Groups_HoldEveryStepOnce()
    {
        var timeline = Of("c", Turn(1, "p", Many(4_001)));
        var rows = new TreeRows();
        rows.Open(timeline.Turns[0]);
        var all = rows.Of(timeline, false);
        Assert.True(all.Count < 60);
        Assert.Equal(4_001, all.Sum(r => r.Kind == TreeRowKind.Group ? r.Steps.Count : r.Kind == TreeRowKind.Step ? 1 : 0));
    }

    [Fact]
    public void Reveal_OpensTheGroup()
    {
        var timeline = Of("c", Turn(1, "p", Many(400)));
        var model = new ConversationModel(FakeMetrics.Row("c"), timeline);
        var rows = new TreeRows();
        rows.Reveal(model.Place("t150")!);
        Assert.Contains(rows.Of(timeline, false), r => r.Key == "t150");
    }

    [Fact]
    public void NextFailed_WalksBothWays()
    {
        var timeline = Of("c", Turn(1, "p", Step("a", failed: true), Step("b")), Turn(2, "q", Step("c", failed: true)));
        var model = new ConversationModel(FakeMetrics.Row("c"), timeline);
        Assert.Equal("a", model.NextFailed(null, -1, 1)?.Step.Id);
        Assert.Equal("c", model.NextFailed(model.Place("a"), 1, 1)?.Step.Id);
        Assert.Null(model.NextFailed(model.Place("c"), 2, 1));
        Assert.Equal("a", model.NextFailed(model.Place("c"), 2, -1)?.Step.Id);
        Assert.Equal("c", model.NextFailed(null, int.MaxValue, -1)?.Step.Id);
    }

    [Fact]
    public void TimeAxis_NeverLeavesTheRow()
    {
        var axis = TimeAxis.Of(Turn(1, "p"));
        Assert.Equal("left:min(0%, 100% - 2px);width:0%", axis.Bar(Start.AddSeconds(-5), null));
        Assert.Equal("left:min(100%, 100% - 2px);width:0%", axis.Bar(Start.AddSeconds(20), Start.AddSeconds(30)));
        Assert.Equal("left:min(10%, 100% - 2px);width:20%", axis.Bar(Start.AddSeconds(1), Start.AddSeconds(3)));
        Assert.InRange(axis.Ticks().Count(), 2, 5);
    }
}
