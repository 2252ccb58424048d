using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class SharedAnswersTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MetricsQuery s_query = Compare.Query(s_start, s_start.AddDays(30), "Europe/Berlin", new MetricsFilter(["ann"], [], [], []));

    private readonly SharedAnswers _shared = new(2);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _made;
    private int _atOnce;
    private int _mostAtOnce;

    [Fact]
    public async Task Equal_questions_that_meet_are_answered_once()
    {
        // Another object that says the same.
        var same = s_query with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Filter = new MetricsFilter(["ann"], [], [], []) };
        var asked = Enumerable.Range(0, 20).Select(n => AskAsync(n % 2 == 0 ? s_query : same)).ToList();
        _end.SetResult();
        var answers = await Task.WhenAll(asked).WaitAsync(Patience.Usual, TestContext.Current.CancellationToken);
        Assert.Equal(1, _made);
        Assert.Single(answers.Distinct());
        // What is over is no answer to who comes later.
        Assert.NotEqual(answers[0], await AskAsync(s_query));
    }

    [Fact]
    public async Task Other_questions_are_others_and_wait_for_a_place()
    {
        List<Task<string>> asked =
        [
            AskAsync(s_query), AskAsync(s_query, version: 2), AskAsync(s_query, kind: "other"), AskAsync(s_query, more: "sorted"),
            AskAsync(s_query with { Zone = TimeZoneInfo.Utc }), AskAsync(s_query with { Filter = new MetricsFilter([], ["ann"], [], []) }),
            AskAsync(s_query with { Filter = new MetricsFilter(["ann", ""], [], [], []) }), AskAsync(Compare.Query(s_start, s_start.AddDays(29))),
        ];
        _end.SetResult();
        var answers = await Task.WhenAll(asked).WaitAsync(Patience.Usual, TestContext.Current.CancellationToken);
        Assert.Equal(asked.Count, answers.Distinct().Count());
        Assert.InRange(_mostAtOnce, 1, 2);
    }

    [Fact]
    public async Task An_answer_is_given_up_when_the_last_who_waits_for_it_leaves()
    {
        var given = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> Ask(CancellationToken cancel) => _shared.AskAsync("kind", s_query, "", 1, async token =>
        {
            given.TrySetResult(token);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return "never";
        }, cancel);

        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var (first, second) = (Ask(one.Token), Ask(other.Token));
        var making = await given.Task.WaitAsync(Patience.Usual, TestContext.Current.CancellationToken);
        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience.Usual, CancellationToken.None));
        Assert.False(making.IsCancellationRequested);
        await other.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience.Usual, CancellationToken.None));
        Assert.True(making.IsCancellationRequested);
        _end.SetResult();
        Assert.Equal("1", await AskAsync(s_query));
    }

    [Fact]
    public async Task A_failure_is_heard_by_all_who_wait_and_by_nobody_later()
    {
        var fails = _shared.AskAsync<string>("kind", s_query, "", 1, async _ =>
        {
            await _end.Task;
            throw new InvalidOperationException("no answer");
        }, CancellationToken.None);
        var also = AskAsync(s_query);
        _end.SetResult();
        await Assert.ThrowsAsync<InvalidOperationException>(() => fails);
        await Assert.ThrowsAsync<InvalidOperationException>(() => also);
        Assert.Equal("1", await AskAsync(s_query));
    }

    public void Dispose() => _shared.Dispose();

    private Task<string> AskAsync(MetricsQuery query, string kind = "kind", string more = "", long version = 1)
    {
        return _shared.AskAsync(kind, query, more, version, _ => MakeAsync(), TestContext.Current.CancellationToken);

        async Task<string> MakeAsync()
        {
            var now = Interlocked.Increment(ref _atOnce);
            lock (_shared) _mostAtOnce = Math.Max(_mostAtOnce, now);
            await _end.Task;
            Interlocked.Decrement(ref _atOnce);
            return Interlocked.Increment(ref _made).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
