namespace Observatory.Core.Storage.DaySums;

/// <summary>How far the sums of days are.</summary>
/// <param name="IsRunning">Days are being summed.</param>
/// <param name="Done">Days of the present round that are done.</param>
/// <param name="Total">Days of the present round.</param>
public sealed record DaySumProgress(bool IsRunning, int Done, int Total);

/// <summary>The same for whoever wants to know. Thread-safe.</summary>
public sealed class DaySumFigures
{
    private volatile DaySumProgress _now = new(true, 0, 0);

    public DaySumProgress Now
    {
        get => _now;
        internal set => _now = value;
    }
}

/// <summary>
/// Keeps the sums of days up to date, beside everything else: a day is summed once it has been left alone for a round, newest first. Until then, and while
/// it is written to, answers add up its rows. What an upgrade finds is one long round; it goes on where it was ended: each day is kept when it is done.
/// </summary>
/// <param name="commits">How many there were.</param>
internal sealed class DaySumUpkeep(IDaySums sums, DaySumFigures figures, StoreErrors errors, Func<long> commits, TimeProvider clock)
{
    /// <summary>Beside a writer that is at work it rests so many times as long as it worked: an import needs the machine itself.</summary>
    private const int RestBesideWriter = 9;

    /// <summary>Between two looks: a day that is written to again within it is at work.</summary>
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(15), s_longestRest = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancel)
    {
        var before = new Dictionary<int, long>();
        for (var round = 0; ; round++)
        {
            try
            {
                var stale = sums.Stale();
                // The first look says only what there is.
                var quiet = stale.Where(d => before.TryGetValue(d.Day, out var version) && version == d.Version).ToList();
                before = stale.ToDictionary(d => d.Day, d => d.Version);
                figures.Now = round == 0 ? new DaySumProgress(stale.Count > 0, 0, stale.Count) : new DaySumProgress(quiet.Count > 0, 0, quiet.Count);
                foreach (var (day, _) in quiet) await MakeAsync(day, quiet.Count, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (errors.IsUnavailable(e))
            {
                // The writer says what is wrong with the store. A round later more can be done, or as much.
            }
            await Task.Delay(s_round, clock, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Rests as long as it worked, or longer.</summary>
    private async Task MakeAsync(int day, int total, CancellationToken cancel)
    {
        var (began, before) = (clock.GetTimestamp(), commits());
        try
        {
            await sums.MakeAsync(day, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (errors.IsUnavailable(e))
        {
            // A day that cannot be read is no cause to leave the others: it is answered as its rows are, or not at all.
        }
        var done = figures.Now.Done + 1;
        figures.Now = new DaySumProgress(done < total, done, total);
        var rest = clock.GetElapsedTime(began) * (commits() == before ? 1 : RestBesideWriter);
        await Task.Delay(rest < s_longestRest ? rest : s_longestRest, clock, cancel).ConfigureAwait(false);
    }
}
