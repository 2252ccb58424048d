using Observatory.Core;
using Observatory.Core.Alerts;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Alerts;

/// <summary>What is still to come, held against sums by hand, and what a client is answered.</summary>
public sealed class BudgetForecastTests
{
    // A Monday.
    private static readonly DateOnly s_monday = new(2026, 11, 2);

    private static DayAhead Day(DateOnly date, double share = 1)
    {
        var start = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        return new DayAhead(date, new TimeRange(start + (long)((1 - share) * BucketClock.Day), start + BucketClock.Day), share);
    }

    private static List<BudgetDay> Weeks(int count, double workday, double weekend) => [.. Enumerable.Range(0, 7 * count)
        .Select(d => new BudgetDay(s_monday.AddDays(d), d % 7 >= 5 ? weekend : workday))];

    [Fact]
    public void Working_days_and_weekends_are_told_apart()
    {
        var ahead = Enumerable.Range(0, 7).Select(d => Day(s_monday.AddDays(28 + d))).ToList();
        var outlook = BudgetForecast.Of(Weeks(4, 10, 2), ahead, spent: 100, amount: 140)!;
        Assert.Equal(100 + 5 * 10 + 2 * 2, outlook.Value, 6);
        // Every day was like the others: there is no doubt.
        Assert.Equal(outlook.Value, outlook.Low(1.28), 6);
        // 40 are left: they are used up at the end of the fourth day.
        Assert.Equal(s_monday.AddDays(32), DateOnly.FromDateTime(outlook.FullAt!.Value.UtcDateTime));
    }

    [Fact]
    public void What_is_left_of_a_day_counts_by_its_share_and_doubt_grows_with_what_was_uneven()
    {
        var history = Weeks(2, 10, 10).Select((d, i) => d with { Value = i % 2 == 0 ? 0 : 20 }).ToList();
        var outlook = BudgetForecast.Of(history, [Day(s_monday.AddDays(14), 0.25)], spent: 5, amount: 100)!;
        var working = history.Where(h => h.Date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)).Select(h => h.Value).ToList();
        Assert.Equal(5 + 0.25 * working.Average(), outlook.Value, 6);
        Assert.True(outlook.Low(1.28) >= 5 && outlook.Low(1.28) < outlook.Value && outlook.High(1.28) > outlook.Value);
        Assert.Null(outlook.FullAt);
    }

    [Fact]
    public void A_few_days_say_nothing() => Assert.Null(BudgetForecast.Of(Weeks(1, 10, 2)[..6], [Day(s_monday.AddDays(7))], 5, 100));

    [Theory]
    [InlineData(HookAnswer.False, "UserPromptSubmit", 120, null)]
    [InlineData(HookAnswer.Warn, "UserPromptSubmit", 89, null)]
    [InlineData(HookAnswer.Warn, "UserPromptSubmit", 95, "systemMessage")]
    [InlineData(HookAnswer.Warn, "PreToolUse", 120, null)]
    [InlineData(HookAnswer.Ask, "PreToolUse", 120, "hookSpecificOutput")]
    [InlineData(HookAnswer.Ask, "PreToolUse", 95, null)]
    [InlineData(HookAnswer.Block, "UserPromptSubmit", 120, "decision")]
    [InlineData(HookAnswer.Block, "UserPromptSubmit", 95, "systemMessage")]
    [InlineData(HookAnswer.Block, "Stop", 120, null)]
    public void A_client_is_told_what_the_settings_say(HookAnswer mode, string hook, double percent, string? field)
    {
        var board = new AlertBoard();
        var answers = new BudgetAnswers(board, new ObservatoryOptions { Alerts = new AlertOptions { HookAnswers = mode } });
        var body = System.Text.Encoding.UTF8.GetBytes($$"""{"hook_event_name":"{{hook}}","cwd":"/w/shop/src"}""");
        Assert.Null(answers.Answer(body, "ada"));
        board.Show([], [Budget("Other", percent, "/w/shopping", null), Budget("Shop", percent, "/w/shop", null), Budget("Bob", percent, null, "bob")]);
        var answer = answers.Answer(body, "ada");
        Assert.Equal(field is not null, answer is not null);
        if (answer is null) return;
        Assert.Contains($"\"{field}\"", answer, StringComparison.Ordinal);
        Assert.Contains("Shop", answer, StringComparison.Ordinal);
        Assert.Null(answers.Answer("no json"u8.ToArray(), "ada"));
        Assert.Null(answers.Answer("""{"hook_event_name":"UserPromptSubmit","cwd":"/elsewhere"}"""u8.ToArray(), "ada"));
    }

    private static BudgetStatus Budget(string name, double percent, string? project, string? user) => new(
        1, new AlertRule
        {
            Name = name, Kind = AlertWords.Budget, Condition = new AlertCondition { Amount = 100, Period = "month" },
            Filters = new(user is null ? [] : [user], project is null ? [] : [project], [], []),
        }, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, percent, false, null, null, null, null);
}
