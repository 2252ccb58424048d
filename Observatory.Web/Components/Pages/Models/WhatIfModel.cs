using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Pricing;

namespace Observatory.Web.Components.Pages.Models;

/// <summary>The range's tokens at another model's list prices of today.</summary>
/// <param name="Target">Prices of the other model.</param>
/// <param name="Now">Cost of the rows with a price, as it was.</param>
/// <param name="Then">The same rows at the other prices.</param>
public sealed record WhatIfModel(PriceRow Target, IReadOnlyList<PriceRow> Choices, IReadOnlyList<WhatIfRow> Rows, decimal Now, decimal Then)
{
    public const string Key = "whatif";

    /// <param name="figures">Of the range.</param>
    /// <param name="book">List prices.</param>
    /// <param name="model">The other model; null or unknown = the one most used beside the dearest, else a cheaper one.</param>
    /// <param name="now">Decides which prices are in force.</param>
    public static WhatIfModel? Make(ModelsPageFigures figures, IPriceBook book, string? model, DateTimeOffset now)
    {
        var choices = WhatIf.Choices(book.Rows, now.ToUnixTimeMilliseconds());
        var priced = figures.Rows.Zip(figures.Tokens).Where(p => p.First.Figures is { TotalCost: > 0, UnpricedTokens: 0 }).ToList();
        if (choices.Count == 0 || priced.Count == 0) return null;
        var all = WhatIf.Sum(priced.Select(p => p.Second));
        var cost = priced.Sum(p => p.First.Figures.TotalCost ?? 0);
        var others = priced.OrderByDescending(p => p.First.Figures.TotalCost).Skip(1).OrderByDescending(p => p.Second.Total)
            .Select(p => ModelId.Normalize(p.First.Model ?? ""));
        var target = choices.FirstOrDefault(c => c.Model == model)
            ?? others.Select(o => choices.FirstOrDefault(c => c.Model == o)).FirstOrDefault(c => c is not null)
            ?? choices.Where(c => WhatIf.Cost(c, all) < cost).MaxBy(c => WhatIf.Cost(c, all)) ?? choices[0];
        var rows = priced.Select(p => new WhatIfRow(p.First, p.Second, WhatIf.Cost(target, p.Second))).OrderByDescending(r => r.Row.Figures.TotalCost).ToList();
        return new WhatIfModel(target, choices, rows, cost, rows.Sum(r => r.Then));
    }
}

/// <param name="Then">Cost at the other model's prices.</param>
public sealed record WhatIfRow(ModelRow Row, TokenUsage Tokens, decimal Then);
