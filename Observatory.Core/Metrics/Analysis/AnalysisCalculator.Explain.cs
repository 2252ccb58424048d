using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Pricing;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Analysis;

internal sealed partial class AnalysisCalculator
{
    private static readonly string[] s_costParts =
        ["cost", "inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens", "assistantMessages", "conversations", "activeUsers"];

    public async Task<ExplainFigures> ExplainAsync(AnalysisQuery query, CancellationToken cancel = default)
    {
        var before = query.Filter.Before(query.Range, _loader.Now);
        // What is compared with a part of the period before is a part itself.
        var range = query.Filter.Sight is { IsCrowd: true } ? query.Range : query.Range with { End = query.Range.Start + before.Length };
        var nothing = SeriesLoader.Request(query, range with { End = range.Start }, query.Metric, null);
        var metric = (await queries.AskAsync([nothing], cancel).ConfigureAwait(false))[0].Metrics[0];
        string[] asked = metric.Parts is null ? [metric.Name] : [metric.Name, MetricCatalogue.AboveOf(metric), MetricCatalogue.BelowOf(metric)];
        if (metric.Aggregation == MetricAggregation.Percentile)
        {
            // What is above the old value is told apart by names; the percentile itself has no parts.
            var old = (await queries.AskAsync([SeriesLoader.Request(query, before, metric.Name, null)], cancel).ConfigureAwait(false))[0].Value(0);
            if (old is not null) asked = [metric.Name, MetricCatalogue.OverOf(metric, old.Value), MetricCatalogue.OverOf(metric, -1)];
        }
        string?[] groups = [null, .. DimensionsOf(metric)];
        var answers = await queries.AskAsync([.. groups.SelectMany(by => new[] { Ask(range, by), Ask(before, by) })], cancel).ConfigureAwait(false);
        var (current, previous) = (answers[0].Value(0), answers[1].Value(0));
        if (metric.Aggregation is MetricAggregation.Sum or MetricAggregation.Distinct) (current, previous) = (current ?? 0, previous ?? 0);
        var contributions = new List<Contribution>();
        for (var i = 1; i < groups.Length; i++)
        {
            contributions.AddRange(ContributionsOf(metric, groups[i]!, answers[0], answers[1], answers[2 * i], answers[2 * i + 1]));
        }
        return new ExplainFigures(
            metric, current, previous, contributions, metric.Name == "cost" ? await BridgeAsync(query, range, before, cancel).ConfigureAwait(false) : null,
            Split(metric, groups, answers), Moves(metric, groups, answers));

        MetricRequest Ask(TimeRange when, string? by) => SeriesLoader.Request(query, when, metric.Name, null) with { Metrics = asked, GroupBy = by };
    }

    /// <summary>
    /// Of a quotient each name has its own part of what is divided, over all that it is divided by; of a percentile, of the calls above the old value,
    /// over all calls.
    /// </summary>
    private static List<Contribution> ContributionsOf(
        MetricDefinition metric, string dimension, MetricAnswer all, MetricAnswer allBefore, MetricAnswer by, MetricAnswer byBefore)
    {
        if (metric.Aggregation == MetricAggregation.Percentile)
        {
            if (all.Metrics.Count < 3) return [];
            return ContributionSums.Of(dimension, Share(by, all), Share(byBefore, allBefore), Over(all), Over(allBefore));
        }
        if (metric.Parts is null)
        {
            return metric.Aggregation == MetricAggregation.Ratio ? [] : ContributionSums.Of(
                dimension, ContributionSums.ByName(by), ContributionSums.ByName(byBefore), all.Value(0) ?? 0, allBefore.Value(0) ?? 0);
        }
        return ContributionSums.Of(dimension, Share(by, all), Share(byBefore, allBefore), all.Value(0) ?? 0, allBefore.Value(0) ?? 0);

        static double Over(MetricAnswer whole) => whole.Value(2) is { } below and > 0 ? (whole.Value(1) ?? 0) / below : 0;

        static Dictionary<string, double> Share(MetricAnswer groups, MetricAnswer whole) => whole.Value(2) is not { } below || below == 0 ? []
            : groups.Groups.ToDictionary(ContributionSums.NameOf, g => (g.Totals[1] ?? 0) / below, StringComparer.Ordinal);
    }

    private static RateSplit? Split(MetricDefinition metric, string?[] groups, IReadOnlyList<MetricAnswer> answers)
    {
        var place = Array.IndexOf(groups, Dimensions.Project);
        if (metric.Parts is null || place < 0 || answers[0].Value(0) is not { } current || answers[1].Value(0) is not { } previous) return null;
        var (after, before) = (PartsOf(answers[2 * place]), PartsOf(answers[2 * place + 1]));
        var (all, allBefore) = (answers[0].Value(2) ?? 0, answers[1].Value(2) ?? 0);
        double within = 0;
        foreach (var (name, own) in after)
        {
            if (!before.TryGetValue(name, out var old) || old.Below <= 0 || own.Below <= 0) continue;
            within += (own.Below / all + old.Below / allBefore) / 2 * (own.Above / own.Below - old.Above / old.Below);
        }
        return new RateSplit(within, current - previous - within);

        static Dictionary<string, (double Above, double Below)> PartsOf(MetricAnswer answer) =>
            answer.Groups.ToDictionary(ContributionSums.NameOf, g => (g.Totals[1] ?? 0, g.Totals[2] ?? 0), StringComparer.Ordinal);
    }

    private static PeopleMoves? Moves(MetricDefinition metric, string?[] groups, IReadOnlyList<MetricAnswer> answers)
    {
        var place = Array.IndexOf(groups, Dimensions.User);
        if (metric.Aggregation != MetricAggregation.Distinct || place < 0) return null;
        var (now, before) = (People(answers[2 * place]), People(answers[2 * place + 1]));
        return new PeopleMoves(now.Except(before).Count(), before.Except(now).Count(), now.Intersect(before).Count());

        static HashSet<string> People(MetricAnswer answer) =>
            [.. answer.Groups.Where(g => g.Kind == GroupKind.Named && g.Totals[0] > 0).Select(g => g.Name!)];
    }

    private async Task<IReadOnlyList<BridgeStep>> BridgeAsync(AnalysisQuery query, TimeRange range, TimeRange before, CancellationToken cancel)
    {
        MetricRequest Ask(TimeRange when, string? by) => SeriesLoader.Request(query, when, "cost", null) with { Metrics = s_costParts, GroupBy = by };
        var answers = await queries.AskAsync(
            [Ask(before, null), Ask(before, Dimensions.Model), Ask(range, null), Ask(range, Dimensions.Model)], cancel).ConfigureAwait(false);
        var prices = WhatIf.Choices(book.Rows, _loader.Now).ToDictionary(r => r.Model, StringComparer.Ordinal);
        return CostBridge.Of(PartsOf(answers[0], answers[1]), PartsOf(answers[2], answers[3]));

        CostParts PartsOf(MetricAnswer all, MetricAnswer models) => new(
            all.Value(7) ?? 0, all.Value(6) ?? 0, all.Value(5) ?? 0,
            models.Groups.ToDictionary(ContributionSums.NameOf, g => new ModelCost(
                g.Totals[1] ?? 0, g.Totals[2] ?? 0, g.Totals[3] ?? 0, g.Totals[4] ?? 0, g.Totals[0] ?? 0, PricesOf(g.Name)), StringComparer.Ordinal));

        TokenPrices? PricesOf(string? model) => model is not null && prices.TryGetValue(ModelId.Normalize(model), out var row)
            ? new TokenPrices((double)row.Input, (double)row.Output, (double)row.Write5m, (double)row.Read) : null;
    }
}
