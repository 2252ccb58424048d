using System.Globalization;
using Observatory.Core.Metrics.Analysis;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;

namespace Observatory.Web.Mcp;

/// <summary>Why a metric is not what it was in the period before.</summary>
internal static class ExplainTool
{
    private const int MostOfDimension = 4;

    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var (filter, metric) = (call.Arguments.Filter(), call.Arguments.Text("metric") ?? "cost");
        var range = call.Arguments.Range("7d", call.Now);
        ExplainFigures figures;
        try
        {
            figures = await call.Analytics.ExplainAsync(
                new AnalysisQuery { Metric = metric, Range = range.Range, Zone = range.Zone, Interval = Intervals.DefaultFor(range.Range), Filter = filter },
                    cancel);
        }
        catch (UnknownMetricException)
        {
            throw new BadArgumentException($"There is no metric {McpText.Word(metric)}. Some: cost, tokens, messages, conversations, activeUsers, toolCalls, "
                + "toolErrors, errorRate, cacheHitRate.");
        }
        var text = new McpText();
        string Value(double? value) => figures.Metric.Unit == Units.Usd ? McpText.Money((decimal?)value)
            : figures.Metric.Unit == Units.Rate ? McpText.Format.Share(value) : McpText.Format.Number(value);
        string Signed(double value) => (value < 0 ? "−" : "+") + Value(Math.Abs(value));
        text.Line($"{figures.Metric.Title}, {range.Days} ({range.Zone.Id}): {Value(figures.Current)}, before {Value(figures.Previous)}: "
            + $"{Signed(figures.Delta)}.");
        if (figures.Current is null && figures.Previous is null || figures.Delta == 0) text.Line("Nothing changed.");
        foreach (var step in (figures.Bridge ?? []).OrderByDescending(s => Math.Abs(s.Delta)).Where(s => Math.Abs(s.Delta) >= 0.005))
            text.Line($"- {Factor(step.Factor)}: {Signed(step.Delta)} ({Plain(step.Before)} → {Plain(step.After)})");
        if (figures.Rate is { } rate) text.Line($"- changed in itself: {Signed(rate.Within)}; another mix: {Signed(rate.Mix)}");
        if (figures.People is { } people) text.Line($"- people: {people.Joined} joined, {people.Left} left, {people.Stayed} stayed");
        foreach (var dimension in figures.Contributions.GroupBy(c => c.Dimension))
        {
            var most = dimension.Where(c => c.Delta != 0).OrderByDescending(c => Math.Abs(c.Delta)).Take(MostOfDimension).ToList();
            if (most.Count > 0) text.Line($"By {dimension.Key}: " + string.Join("; ", most.Select(c => $"{McpText.Word(c.Name)} {Signed(c.Delta)}")));
        }
        return text.Build(call.Links.Page(McpLinks.Page("/changes", range, filter)), "Filter by user, project or model.");
    }

    private static string Plain(double value) => value.ToString(Math.Abs(value) < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    private static string Factor(string name) => name switch
    {
        "people" => "number of people",
        "conversations" => "conversations a person",
        "calls" => "calls a conversation",
        "tokensPerCall" => "tokens a call",
        "modelMix" => "mix of models",
        "cacheShare" => "share from the cache",
        _ => "price of a token",
    };
}
