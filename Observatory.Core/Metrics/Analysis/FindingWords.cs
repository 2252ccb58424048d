using System.Globalization;
using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>A difference in a sentence with numbers.</summary>
internal static class FindingWords
{
    public static string Of(Candidate found)
    {
        var (now, before) = (EpisodeWords.Number(found.Current, found.Metric), EpisodeWords.Number(found.Previous, found.Metric));
        return (found.Metric.Name, found.Dimension) switch
        {
            ("cost", null) => $"Cost was {now}, {More(found)}{Percent(found)}.",
            ("cost", { } dimension) when found.Previous == 0 => $"{Name(found)} {(dimension == Dimensions.User ? "joined" : "is new")}: {now}.",
            ("cost", _) when found.Current == 0 => $"{Name(found)} cost nothing any more, {before} before.",
            ("cost", _) => $"{Name(found)} cost {now}, {More(found)}{Percent(found)}.",
            ("tokens", _) when found.Previous == 0 => $"{Name(found)} is new and has no price: {now} tokens.",
            ("tokens", _) => $"{Name(found)}, which has no price, used {now} tokens, {before} before.",
            ("toolCalls", _) when found.Previous == 0 => $"{Name(found)} is new: {Times(now)}.",
            ("toolCalls", _) => $"{Name(found)} ran {Times(now)}, {More(found)} than before{Percent(found)}.",
            ("toolErrorRate", null) => $"Tools failed in {now} of calls, before in {before}.",
            ("toolErrorRate", _) => $"{Name(found)} failed in {now} of calls, before in {before}.",
            ("apiErrors", _) => $"Failed API calls {(found.Delta > 0 ? "rose" : "fell")} to {now}, {More(found)} than before{Percent(found)}.",
            _ => $"{found.Metric.Title} was {now}, {before} before.",
        };
    }

    /// <summary>Of a project the last part of its path.</summary>
    private static string Name(Candidate found) =>
        found.Dimension == Dimensions.Project ? found.Name!.TrimEnd('/', '\\').Split('/', '\\')[^1] : found.Name!;

    private static string Times(string count) => count == "1" ? "once" : $"{count} times";

    private static string More(Candidate found) =>
        $"{EpisodeWords.Number(Math.Abs(found.Delta), found.Metric)} {(found.Delta > 0 ? "more" : found.Metric.Unit == Units.Usd ? "less" : "fewer")}";

    private static string Percent(Candidate found)
    {
        if (found.Previous == 0) return "";
        var percent = found.Delta / found.Previous * 100;
        return string.Create(CultureInfo.InvariantCulture, $" ({(percent < 0 ? '\u2212' : '+')}{Math.Abs(percent):N1} %)");
    }
}
