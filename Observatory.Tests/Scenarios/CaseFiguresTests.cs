using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Small inputs that tools like this one are known to count wrong (Fixtures/cases): those that need no rule of their own.</summary>
public sealed class CaseFiguresTests
{
    [Fact]
    public async Task An_advisor_is_counted_once_and_is_no_message()
    {
        var figures = await CaseCore.FiguresOfAsync("06d-advisor-control");
        Assert.Equal((1, 1), (figures.UserMessages, figures.AssistantMessages));
        Assert.Equal((1_760 + 823, 531 + 1_612), (figures.Input, figures.Output));
    }

    [Fact]
    public async Task A_response_and_its_telemetry_of_one_spelling_are_one()
    {
        await using var core = await CaseCore.ImportAsync("32-otlp-join/control");
        await core.SendLogsAsync(Path.Combine(CaseCore.Folder("32-otlp-join/control"), "body.json"));
        var figures = await core.FiguresAsync();
        Assert.Equal((1, 165), (figures.AssistantMessages, figures.Tokens));
        Assert.Equal(["do the thing"], figures.Titles);
        Assert.Equal(["/w/alpha"], figures.Projects);
        Assert.Equal([new DateOnly(2026, 11, 10)], figures.Days);
    }
}
