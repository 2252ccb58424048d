using Observatory.Core.Events;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Pricing;
using Observatory.Core.Storage;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>Nothing that is taken in is later.</summary>
    private static readonly long s_farFuture = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Models from 4.7 on make about so many more tokens of one text.</summary>
    private const decimal MoreTokens = 1.3m;

    public Task<WhatIfFigures> GetWhatIfAsync(MetricsQuery query, WhatIfChange change, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ShareAsync("what-if", query, c => MakeWhatIfAsync(query, change, c), cancel, $"{change}");
    }

    private async Task<WhatIfFigures> MakeWhatIfAsync(MetricsQuery query, WhatIfChange change, CancellationToken cancel)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Filter, names);
        var total = new FigureSum();
        (await cubes.ReadAsync(snapshot.Db, RangePlan.For(query.Range), filter, cancel).ConfigureAwait(false)).Each((in row) => total.Add(row));
        var overview = total.ToOverview();
        var sums = new Dictionary<string, (long Calls, long Actual, long WhatIf, long High)>(StringComparer.Ordinal);
        await Task.Run(() =>
        {
            foreach (var call in CallsOf(snapshot.Db, query.Range, filter.Matches, cancel))
            {
                if (call.Cost is not { } cost) continue;
                var (then, high) = Otherwise(call, cost, change);
                var key = call.Model ?? "";
                var sum = sums.GetValueOrDefault(key);
                sums[key] = (sum.Calls + 1, sum.Actual + cost, sum.WhatIf + then, sum.High + high);
            }
        }, cancel).ConfigureAwait(false);
        var actual = overview.TotalCost ?? 0;
        var (calls, priced) = (sums.Values.Sum(s => s.Calls), Money.Dollars(sums.Values.Sum(s => s.Actual)));
        var rest = actual - priced;
        var plan = change.PlanMonthly is { } monthly ? monthly * query.Range.Length / (decimal)(365.25 / 12 * BucketClock.Day) : (decimal?)null;
        return new WhatIfFigures(
            actual, plan ?? Money.Dollars(sums.Values.Sum(s => s.WhatIf)) + rest, plan ?? Money.Dollars(sums.Values.Sum(s => s.High)) + rest,
            [.. sums.OrderByDescending(s => s.Value.Actual).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => new WhatIfByModel(
                s.Key.Length == 0 ? null : s.Key, s.Value.Calls, Money.Dollars(s.Value.Actual), Money.Dollars(s.Value.WhatIf)))],
            calls, rest, overview.UnpricedTokens);
    }

    public async Task<RepricingPreview> PreviewAsync(PriceBook book, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(book);
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var months = new SortedDictionary<DateOnly, (long Calls, long Changed, long Before, long After)>();
        var news = 0L;
        await Task.Run(() =>
        {
            foreach (var call in CallsOf(snapshot.Db, new TimeRange(0, s_farFuture), (_, _, _, _) => true, cancel))
            {
                var after = call.Tokens.Total == 0 && !CallTerms.HasSearches(call.Tier) ? 0
                    : book.Price(call.Model, call.At, call.Tokens, call.Speed, call.Tier, call.Region);
                var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(call.At).UtcDateTime);
                var month = new DateOnly(day.Year, day.Month, 1);
                var sum = months.GetValueOrDefault(month);
                months[month] = (sum.Calls + 1, sum.Changed + (after == call.Cost ? 0 : 1), sum.Before + (call.Cost ?? 0), sum.After + (after ?? 0));
                if (call.Cost is null && after is not null) news++;
            }
        }, cancel).ConfigureAwait(false);
        return new RepricingPreview(
            [.. months.Select(m => new RepricedMonth(m.Key, m.Value.Calls, m.Value.Changed, Money.Dollars(m.Value.Before), Money.Dollars(m.Value.After)))],
            Money.Dollars(months.Values.Sum(m => m.Before)), Money.Dollars(months.Values.Sum(m => m.After)), news);
    }

    public async Task<IReadOnlyList<UnpricedModel>> GetUnpricedAsync(CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        return await Task.Run(() => reads.Unpriced(snapshot.Db, cancel).Select(u => new UnpricedModel(
            names.Text(u.Model), u.Calls, u.Tokens, DateTimeOffset.FromUnixTimeMilliseconds(u.FirstAt))).ToList(), cancel).ConfigureAwait(false);
    }

    private IEnumerable<PricedCall> CallsOf(ObservatoryContext db, TimeRange range, ItemFilter wanted, CancellationToken cancel)
    {
        foreach (var call in reads.Calls(db, range.Start, range.End, wanted, cancel))
        {
            // Searches of the client's own tool have one price.
            if (call.Terms is not { } terms) continue;
            var f = call.Figures;
            var tokens = new TokenUsage(f.Input, f.Output, f.CacheWrite - terms.CacheWrite1h, terms.CacheWrite1h, f.CacheRead);
            yield return new PricedCall(
                names.Text(call.Facts.Model), call.Facts.At, tokens, names.Text(terms.Speed), names.Text(terms.Tier), names.Text(terms.Region), f.Cost);
        }
    }

    /// <summary>Nano-dollars, and the upper end where they are the lower one of a range. Where there is no price, the call costs what it cost.</summary>
    private (long Low, long High) Otherwise(PricedCall call, long cost, WhatIfChange change)
    {
        var tokens = change.Cache switch
        {
            CacheChange.None => new TokenUsage(call.Tokens.Prompt, call.Tokens.Output, 0, 0, 0),
            CacheChange.FiveMinutes => call.Tokens with { CacheWrite5m = call.Tokens.CacheWrite5m + call.Tokens.CacheWrite1h, CacheWrite1h = 0 },
            CacheChange.OneHour => call.Tokens with { CacheWrite1h = call.Tokens.CacheWrite5m + call.Tokens.CacheWrite1h, CacheWrite5m = 0 },
            _ => call.Tokens,
        };
        var isSameModel = change.To is null || call.Model is not null && ModelId.Normalize(change.To) == ModelId.Normalize(call.Model);
        // What nothing changes costs what it cost, whatever the book says today.
        if (isSameModel && tokens == call.Tokens) return (cost, cost);
        var then = prices.Price(isSameModel ? call.Model : change.To, call.At, tokens, call.Speed, call.Tier, call.Region)
            ?? prices.Price(change.To, call.At, tokens, null, call.Tier, call.Region) ?? cost;
        var high = !isSameModel && ModelAge.MakesMoreTokens(change.To!) && !ModelAge.MakesMoreTokens(call.Model ?? "") ? (long)(then * MoreTokens) : then;
        return (then, high);
    }
}
