using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Small inputs where it is easy to be wrong about who typed a line, and what a conversation is called (Fixtures/cases).</summary>
public sealed class CasePromptTests
{
    [Theory]
    [InlineData("03-queued-command", 2)]
    [InlineData("04-teammate-message", 1)]
    [InlineData("05-ide-context", 3)]
    [InlineData("19-other-machine-made-user-lines", 1)]
    [InlineData("60-teammate-preface", 1)]
    public async Task What_a_person_typed_is_counted_and_nothing_else(string name, int expected) =>
        Assert.Equal(expected, (await CaseCore.FiguresOfAsync(name)).UserMessages);

    [Fact]
    public async Task An_editors_context_is_no_title() =>
        Assert.Equal(Enumerable.Repeat("rename the helper", 3), (await CaseCore.FiguresOfAsync("05-ide-context")).Titles);

    [Fact]
    public async Task Empty_is_no_title_and_a_command_is_called_as_it_was_typed() =>
        Assert.Equal(["build the importer", "/review-it src", "build the importer", "build the importer"], (await CaseCore.FiguresOfAsync("18-titles")).Titles);

    [Fact]
    public async Task A_mark_that_comes_later_takes_back_what_was_counted_without_one()
    {
        using var temp = new TempFolder();
        var file = temp.File("00000060-aaaa-4bbb-8ccc-000000000002.jsonl");
        await using var core = await CaseCore.StartAsync();
        await File.WriteAllTextAsync(file, Line("1", "nobody typed this", "") + Line("2", "nor this", ""), TestContext.Current.CancellationToken);
        var end = await core.Core.ReadAsync(file);
        Assert.Equal(2, (await core.FiguresAsync()).UserMessages);

        // The file is taken up again by a run that knows nothing of what stands before.
        await File.AppendAllTextAsync(file, Line("3", "hello", "\"origin\":{\"kind\":\"human\"},"), TestContext.Current.CancellationToken);
        end = await core.Core.ReadAsync(file, from: end);
        var figures = await core.FiguresAsync();
        Assert.Equal(1, figures.UserMessages);
        Assert.Equal(["hello"], figures.Titles);

        await File.AppendAllTextAsync(file, Line("4", "nobody typed this either", ""), TestContext.Current.CancellationToken);
        await core.Core.ReadAsync(file, from: end);
        Assert.Equal(1, (await core.FiguresAsync()).UserMessages);
        // Read again from the top it is the same.
        await core.Core.ReadAsync(file);
        Assert.Equal(1, (await core.FiguresAsync()).UserMessages);

        static string Line(string uuid, string text, string mark) =>
            $$"""{"type":"user",{{mark}}"uuid":"{{uuid}}","version":"9.1","timestamp":"2026-11-10T10:00:0{{uuid}}Z","cwd":"/w","message":{"content":"{{text}}"} }""" + "\n";
    }
}
