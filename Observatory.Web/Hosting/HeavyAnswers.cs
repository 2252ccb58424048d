using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Observatory.Core.Time;

namespace Observatory.Web.Hosting;

/// <summary>
/// Large answers of the analytics API that are made at the same time, by what they cost: memory is then bounded, whoever asks how often.
/// Others wait their turn, and one caller never has all places. Small answers, which is almost all, pass by. A place is given back after a
/// while even if the answer is read slowly.
/// </summary>
internal sealed class HeavyAnswers(TimeProvider clock) : IDisposable
{
    /// <summary>Places of all callers and of one; a large answer takes one to <see cref="Most"/> of them.</summary>
    private const int Places = 8, OfOneCaller = 6, Most = 4;

    private const int PointsOfAPlace = 1_500;
    private const int MostWaiting = 400;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_usual = TimeSpan.FromDays(30);

    private readonly ConcurrencyLimiter _all = Make(Places);
    private readonly PartitionedRateLimiter<string> _callers =
        PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.Get(caller, _ => (RateLimiter)Make(OfOneCaller)));

    public async Task RunAsync(HttpContext context, Func<Task> answer)
    {
        var weight = WeightOf(context.Request.Query, clock.GetUtcNow());
        if (weight == 0)
        {
            await answer();
            return;
        }
        using var place = await WaitAsync(context, weight);
        if (!place.IsTaken)
        {
            await RateLimits.RefuseAsync(context, TimeSpan.FromSeconds(5), "Too many large answers are being made.");
            return;
        }
        await using var end = clock.CreateTimer(state => ((Place)state!).Dispose(), place, s_longest, Timeout.InfiniteTimeSpan);
        await answer();
    }

    private async Task<Place> WaitAsync(HttpContext context, int weight)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(s_patience);
        RateLimitLease? own = null;
        try
        {
            own = await _callers.AcquireAsync(context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", weight, patience.Token);
            return new Place(own, own.IsAcquired ? await _all.AcquireAsync(weight, patience.Token) : null);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Its turn did not come in time.
            return new Place(own, null);
        }
    }

    /// <summary>By the number of points that the range has in its interval, 0 = small; what cannot be read is refused later and costs nothing.</summary>
    internal static int WeightOf(IQueryCollection query, DateTimeOffset now)
    {
        var end = (Read(query["end"]) ?? now).ToUnixTimeMilliseconds();
        var start = Read(query["start"])?.ToUnixTimeMilliseconds() ?? end - s_usual.TotalMilliseconds;
        var interval = query["interval"].ToString() switch
        {
            "1m" => BucketClock.Minute, "5m" => 5 * BucketClock.Minute, "15m" => BucketClock.Quarter, "1h" => BucketClock.Hour, _ => BucketClock.Day,
        };
        return (int)Math.Clamp((end - start) / interval / PointsOfAPlace, 0, Most);
    }

    private static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParse(text?.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private static ConcurrencyLimiter Make(int places) =>
        new(new() { PermitLimit = places, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    public void Dispose()
    {
        _all.Dispose();
        _callers.Dispose();
    }

    /// <summary>Given back once, by whoever comes first: the end of the answer or the clock.</summary>
    private sealed class Place(RateLimitLease? own, RateLimitLease? all) : IDisposable
    {
        private int _over;

        public bool IsTaken => own is { IsAcquired: true } && all is { IsAcquired: true };

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) != 0) return;
            all?.Dispose();
            own?.Dispose();
        }
    }
}

internal static class HeavyAnswerLimit
{
    /// <summary>Behind authorization: who may not ask does not wait either.</summary>
    public static void UseHeavyAnswers(this WebApplication app)
    {
        var answers = app.Services.GetRequiredService<HeavyAnswers>();
        app.Use((context, next) => HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/api/analytics")
            ? answers.RunAsync(context, () => next(context)) : next(context));
    }
}
