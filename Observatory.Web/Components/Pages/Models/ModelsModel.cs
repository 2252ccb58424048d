using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Core.Pricing;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Models;

/// <summary>What Models &amp; cost shows, made once for each answer.</summary>
public sealed class ModelsModel
{
    public static IReadOnlyList<(string Value, string Title)> Measures { get; } = [("cost", "Cost"), ("tokens", "Tokens")];

    public static ListSort<ModelRow> Sort { get; } = new("-cost", new Dictionary<string, Func<ModelRow, IComparable?>>
    {
        ["model"] = r => r.Model ?? "",
        ["conversations"] = r => r.Figures.TotalConversations,
        ["messages"] = r => r.Figures.TotalMessages,
        ["input"] = r => r.Figures.InputTokens,
        ["output"] = r => r.Figures.OutputTokens,
        ["write"] = r => r.Figures.CacheCreationTokens,
        ["read"] = r => r.Figures.CacheReadTokens,
        ["cost"] = r => r.Figures.TotalCost,
        ["permillion"] = r => PerMillion(r.Figures),
        ["savings"] = r => r.CacheSavings,
        ["change"] = r => r.IsNew ? null : r.PreviousCost is > 0 ? (r.Figures.TotalCost - r.PreviousCost) / r.PreviousCost : null,
    });

    private readonly ModelsPageFigures _figures;
    private readonly ChartFrame _frame;
    private readonly Dictionary<bool, ChartConfiguration> _charts = [];

    private ModelsModel(ModelsPageFigures figures, UrlState url, DateTimeOffset now, Formats format, bool nothing, IPriceBook book)
    {
        _figures = figures;
        _frame = ChartFrame.For(url.ToQuery(now), now);
        Rows = Sort.Apply(ListFind.In(figures.Rows, url, r => r.Model), url);
        Known = figures.Rows.Count;
        Nothing = nothing;
        Compared = url.Compare ? ComparedLine.For(url, now, format) : null;
        var (first, last) = url.Range.Days(url.Zone, now);
        var today = Formats.Today(url.Zone, now);
        Days = Math.Max(1, (last < today ? last : today).DayNumber - first.DayNumber + 1);
        WhatIf = WhatIfModel.Make(figures, book, url.Get(WhatIfModel.Key), now);
    }

    public IReadOnlyList<ModelRow> Rows { get; }

    /// <summary>Rows without the search.</summary>
    public int Known { get; }

    public OverviewFigures Now => _figures.Total;
    public OverviewFigures Before => _figures.Previous;
    public bool Nothing { get; }
    public string? Compared { get; }
    public bool HasBefore => Compared is not null && Before.TotalMessages + Before.TotalTokens > 0;

    /// <summary>Calendar days of the range that have begun.</summary>
    public int Days { get; }

    /// <summary>Null where nothing of the range has a price.</summary>
    public WhatIfModel? WhatIf { get; }

    public decimal? Savings => _figures.Rows.Any(r => r.CacheSavings is not null) ? _figures.Rows.Sum(r => r.CacheSavings ?? 0) : null;

    public decimal? SavingsBefore => _figures.PreviousSavings;

    public IReadOnlySet<string> Used => _figures.Rows.Where(r => r.Model is not null).Select(r => ModelId.Normalize(r.Model!)).ToHashSet();

    public static async Task<ModelsModel> LoadAsync(
        AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, IPriceBook book, CancellationToken cancel)
    {
        var figures = await analytics.GetModelsPageAsync(url.ToQuery(now), cancel);
        var nothing = figures.Rows.Count == 0 && await OverviewModel.IsEmptyAsync(analytics, cancel);
        return new ModelsModel(figures, url, now, format, nothing, book);
    }

    public ChartConfiguration Chart(bool cost)
    {
        if (!_charts.TryGetValue(cost, out var chart)) _charts[cost] = chart = ChartDataTransformer.ModelUsage(_frame, _figures.Usage, _figures.Series, cost);
        return chart;
    }

    /// <summary>Design token of a model, as the chart of this measure has it.</summary>
    public string Color(ModelRow row, bool cost) =>
        ChartDataTransformer.ColorIn(Chart(cost), row.Model ?? "No model");

    public IReadOnlyList<double?> Points(Func<UsageBucket, double?> value) =>
        [.. _figures.Usage.Where(u => u.Start.ToUnixTimeMilliseconds() <= _frame.Now).Select(value)];

    public IReadOnlyList<double?> PreviousPoints(Func<UsageBucket, double?> value) => HasBefore ? [.. _figures.PreviousUsage.Select(value)] : [];

    /// <summary>0–1.</summary>
    public double? Share(ModelRow row) => Now.TotalCost is > 0 && row.Figures.TotalCost is { } own ? (double)(own / Now.TotalCost) : null;

    /// <summary>Dollars for a million tokens, those without a price left out.</summary>
    public static decimal? PerMillion(OverviewFigures f) => f.TotalCost is { } cost && f.TotalTokens > f.UnpricedTokens
        ? cost / (f.TotalTokens - f.UnpricedTokens) * 1_000_000 : null;

    /// <summary>Cache reads ÷ everything that was sent, in percent.</summary>
    public static double? HitRate(long read, long write, long input) => read + write + input == 0 ? null : 100.0 * read / (read + write + input);
}
