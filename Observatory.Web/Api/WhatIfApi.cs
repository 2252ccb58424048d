using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Pricing;

namespace Observatory.Web.Api;

/// <summary>What the same work would have cost otherwise.</summary>
internal static class WhatIfApi
{
    private const int LongestModel = 200;

    public static void MapWhatIf(this RouteGroupBuilder analytics) => analytics.MapGet("/whatif", GetAsync).WithTags("Models").WithName("GetWhatIf")
        .WithSummary("What the calls of the range would have cost with another model, another life of the cache, or a plan. Each call is priced by itself.");

    private static async Task<Results<Ok<WhatIfAnswer>, ProblemHttpResult>> GetAsync(
        [AsParameters] WhatIfParameters parameters, [FromServices] AnalyticsEngine analytics, [FromServices] IPriceBook book, CancellationToken cancel)
    {
        if (!new ParameterReader(parameters.Request, parameters.Clock).TryReadRange(out var query, out var problem)) return problem;
        if (parameters.To is { } to && (to.Length is 0 or > LongestModel || !book.Rows.Any(r => r.Model == ModelId.Normalize(to))))
            return Bad("to", "is no model that has a price");
        CacheChange? cache = parameters.Cache switch
        {
            null => CacheChange.Same,
            "none" => CacheChange.None,
            "5m" => CacheChange.FiveMinutes,
            "1h" => CacheChange.OneHour,
            _ => null,
        };
        if (cache is null) return Bad("cache", "is none of none, 5m and 1h");
        decimal? plan = null;
        if (parameters.Plan is { } text)
        {
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var monthly) || monthly > 1_000_000)
                return Bad("plan", "is no number of US dollars a month");
            plan = monthly;
        }
        var change = new WhatIfChange(parameters.To, cache.Value, plan);
        var figures = await analytics.GetWhatIfAsync(query, change, cancel);
        return TypedResults.Ok(new WhatIfAnswer(change, figures));

        static ProblemHttpResult Bad(string name, string what) => Problems.BadParameter(new BadParameterException(name, what));
    }
}

internal sealed class WhatIfParameters : RangeParameters
{
    [FromQuery(Name = "to"), Description("Model whose prices are used instead.")]
    public string? To { get; init; }

    [FromQuery(Name = "cache"), Description("none: nothing was cached; 5m or 1h: every write lived so long.")]
    public string? Cache { get; init; }

    [FromQuery(Name = "plan"), Description("US dollars a month that are paid in place of every call's price.")]
    public string? Plan { get; init; }
}

/// <summary>USD.</summary>
internal sealed class WhatIfAnswer(WhatIfChange change, WhatIfFigures figures)
{
    public decimal Actual => figures.Actual;

    /// <summary>Where it is a range, its lower end.</summary>
    public decimal WhatIf => figures.WhatIf;

    /// <summary>Upper end of the range; the same as the lower one where it is none.</summary>
    public decimal WhatIfHigh => figures.High;

    public decimal Delta => figures.WhatIf - figures.Actual;

    public IEnumerable<WhatIfModelAnswer> ByModel => figures.ByModel.Select(m =>
        new WhatIfModelAnswer(m.Model, m.Calls, m.Actual, m.WhatIf, m.WhatIf - m.Actual));

    /// <summary>What was taken for granted, in sentences.</summary>
    public IReadOnlyList<string> Assumptions { get; } = [.. WhatIfWords.Of(change, figures)];
}

internal sealed record WhatIfModelAnswer(string? Model, long Calls, decimal Actual, decimal WhatIf, decimal Delta);

internal static class WhatIfWords
{
    public static IEnumerable<string> Of(WhatIfChange change, WhatIfFigures figures)
    {
        if (change.PlanMonthly is { } monthly)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"A plan of ${monthly:0.##} a month in place of every price, for the part of a month that the range is.");
            yield return "Whether the plan's limits would have been enough is not known.";
            yield break;
        }
        yield return "Each call is priced by the list prices that were in force when it was made.";
        if (change.To is { } to)
        {
            yield return $"Every model of the range and filters is replaced by {to}, with as many calls and the same tokens.";
            if (figures.High != figures.WhatIf) yield return "Models from 4.7 on make up to 30 % more tokens of the same text: the upper end counts these.";
        }
        if (change.Cache == CacheChange.None) yield return "Nothing is cached: what was written to the cache or read from it is ordinary input.";
        if (change.Cache is CacheChange.FiveMinutes or CacheChange.OneHour)
        {
            yield return $"Every write to the cache is one of {(change.Cache == CacheChange.OneHour ? "an hour" : "five minutes")}; as much is read from it "
                + $"as was. "
                + "Whether it would still have been there is not known.";
        }
        if (figures.Unpriced > 0) yield return string.Create(CultureInfo.InvariantCulture,
            $"{figures.Unpriced:N0} tokens have no price and are in neither figure.");
        if (figures.Rest != 0) yield return "What no single call tells of (searches, sessions known by totals only, days whose rows are gone) is in both "
            + "figures alike.";
    }
}
