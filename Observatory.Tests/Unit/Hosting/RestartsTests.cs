using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Hosting;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Hosting;

public sealed class RestartsTests : IDisposable
{

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private readonly ServiceFigures _figures = new();
    private readonly CancellationTokenSource _stop = new();
    private int _starts;

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Work_that_fails_is_begun_again_after_pauses_that_grow()
    {
        var run = RunAsync(_ => throw new InvalidOperationException($"fault {_starts}"));
        for (var failures = 1; failures <= 8; failures++)
        {
            await Patience.UntilAsync(() => _figures.IsDown("it") && _figures.Failed[0].Failures == failures);
            Assert.Equal((failures, $"fault {failures}"), (_starts, _figures.Failed[0].Reason));
            var pause = TimeSpan.FromSeconds(Math.Min(60, 1 << (failures - 1)));
            _clock.Advance(pause - TimeSpan.FromMilliseconds(1));
            Assert.Equal(failures, _starts);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        await Patience.UntilAsync(() => _starts == 9);
        await _stop.CancelAsync();
        await run.WaitAsync(Patience.Usual);
    }

    [Fact]
    public async Task Work_that_goes_on_again_is_no_longer_down_and_its_failure_is_remembered()
    {
        var run = RunAsync(cancel => _starts == 1 ? throw new InvalidOperationException("once") : Task.Delay(Timeout.Infinite, cancel));
        await Patience.UntilAsync(() => _figures.IsDown("it"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(() => !_figures.IsDown("it"));
        var state = Assert.Single(_figures.Failed);
        Assert.Equal(new ServiceState("it", true, 1, _clock.Start.ToUnixTimeMilliseconds(), "once"), state);
        await _stop.CancelAsync();
        await run.WaitAsync(Patience.Usual);
    }

    [Fact]
    public async Task After_quiet_minutes_the_pause_is_short_again()
    {
        var fail = new TaskCompletionSource();
        var run = RunAsync(_ => _starts < 4 ? throw new InvalidOperationException() : fail.Task);
        for (var failures = 1; failures <= 3; failures++)
        {
            await Patience.UntilAsync(() => _figures.IsDown("it") && _figures.Failed[0].Failures == failures);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }
        await Patience.UntilAsync(() => _starts == 4);
        _clock.Advance(Restarts.Steady);
        fail.SetException(new InvalidOperationException());
        await Patience.UntilAsync(() => _figures.Failed[0].Failures == 4);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(() => _starts == 5);
        await _stop.CancelAsync();
        await run.WaitAsync(Patience.Usual);
    }

    [Fact]
    public async Task Work_that_ends_or_is_stopped_is_no_failure()
    {
        await RunAsync(_ => Task.CompletedTask).WaitAsync(Patience.Usual);
        var run = RunAsync(cancel => Task.Delay(Timeout.Infinite, cancel));
        await _stop.CancelAsync();
        await run.WaitAsync(Patience.Usual);
        Assert.Empty(_figures.Failed);
    }

    private Task RunAsync(Func<CancellationToken, Task> work) => Task.Run(() => Restarts.RunAsync(
        "it", cancel =>
        {
            _starts++;
            return work(cancel);
        }, _figures, _clock, NullLogger.Instance, _stop.Token));
}
