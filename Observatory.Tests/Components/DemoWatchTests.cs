using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Observatory.Web.Components.Layout;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class DemoWatchTests
{
    [Theory]
    [InlineData("transcript", null)]
    [InlineData("demo,transcript", DemoState.Mixed)]
    public async Task Real_data_settles_the_question(string sources, DemoState? expected)
    {
        var metrics = new FakeMetrics { Choices = new FilterChoices([], [], [], sources.Split(',')) };
        var states = new List<DemoState>();
        await foreach (var state in DemoWatch.StatesAsync(Engines.Of(metrics), TimeProvider.System, TestContext.Current.CancellationToken)) states.Add(state);
        Assert.Equal(expected is null ? [] : [expected.Value], states);
    }

    [Fact]
    public async Task Demo_data_alone_is_known_at_once()
    {
        var metrics = new FakeMetrics { Choices = new FilterChoices([], [], [], ["demo"]) };
        var cancel = TestContext.Current.CancellationToken;
        await using var states = DemoWatch.StatesAsync(Engines.Of(metrics), TimeProvider.System, cancel).GetAsyncEnumerator(cancel);
        Assert.True(await states.MoveNextAsync().AsTask().WaitAsync(Patience.Usual));
        Assert.Equal(DemoState.Only, states.Current);
    }
}
