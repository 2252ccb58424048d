using Xunit;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>
/// Some hundred answers stay byte for byte what they were when they were recorded. What may differ, and why, stands in
/// Fixtures/answers/README.md, with the command that records anew.
/// </summary>
public sealed class RecordedAnswersTests
{
    public static TheoryData<string> Books => [.. Recorder.Books.Keys];

    [Theory]
    [MemberData(nameof(Books))]
    public async Task Answers_are_what_was_recorded(string name)
    {
        var record = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Fixtures", "answers", name + ".txt"), TestContext.Current.CancellationToken);
        var differences = (await Recorder.Books[name]()).DifferencesFrom(record.ReplaceLineEndings("\n"));
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} answers differ from Fixtures/answers/{name}.txt (see its README):\n{string.Join('\n', differences.Take(12))}");
    }

    [Fact]
    public void A_changed_answer_a_lost_one_and_a_new_one_are_named()
    {
        var book = new AnswerBook();
        book.Add("a", "1");
        book.Add("b c", "2");
        var record = book.ToRecord();
        Assert.Empty(book.DifferencesFrom(record));
        var other = new AnswerBook();
        other.Add("b c", "3");
        other.Add("d", "4");
        Assert.Collection(
            other.DifferencesFrom(record),
            d => Assert.StartsWith("b c\n", d, StringComparison.Ordinal), d => Assert.Equal("not recorded: d", d), d => Assert.Equal("not asked: a", d));
    }
}
