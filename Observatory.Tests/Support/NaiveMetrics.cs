using System.Globalization;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Support;

/// <summary>Each metric of the catalogue from the items of a <see cref="NaiveRecount"/>, one line a metric.</summary>
internal static class NaiveMetrics
{
    private const string NoValue = "";

    /// <summary>Null = there is nothing that it could be told from; a count of nothing is nothing.</summary>
    public static double? Value(NaiveRecount all, MetricDefinition metric, TimeRange range, Func<NaiveItem, bool> which)
    {
        var own = all.In(range.StartTime, range.EndTime, which);
        return metric.Name switch
        {
            "conversations" => Some(own.Conversations.Count),
            "messages" => Some(own.MessageCount),
            "userMessages" => Some(own.Prompts.Count),
            "assistantMessages" => Some(own.Messages.Count),
            "tokens" => Some(own.Tokens),
            "inputTokens" => Some(own.Input),
            "outputTokens" => Some(own.Output),
            "cacheCreationTokens" => Some(own.CacheWrite),
            "cacheReadTokens" => Some(own.CacheRead),
            "cost" => Some((double)(own.Cost ?? 0)),
            "toolCalls" => Some(own.Tools.Count),
            "toolErrors" => Some(own.ToolErrors),
            "apiErrors" => Some(own.Errors.Count),
            "errorRate" => own.ErrorRate,
            "toolErrorRate" => own.Tools.Count == 0 ? null : (double)own.ToolErrors / own.Tools.Count,
            "cacheHitRate" => own.CacheRead + own.CacheWrite + own.Input == 0 ? null : (double)own.CacheRead / (own.CacheRead + own.CacheWrite + own.Input),
            "tokenEfficiency" => own.Output > 0 ? (double)own.Input / own.Output : own.Input > 0 ? 0 : null,
            "averageResponseTime" => own.AverageResponseTime,
            "p95ResponseTime" => P95([.. own.Prompts.Select(p => p.ResponseMs).OfType<long>().Order()]),
            "activeUsers" => Some(own.ActiveUsers),
            // Transcripts have no spans: SpanFigureTests count them.
            "timeToFirstToken" or "apiLatency" or "toolTime" or "permissionWait" => null,
            "activeSeconds" => Some(ActiveMs(all, range, which) / 1000.0),
            _ => throw new InvalidOperationException($"{metric.Name} has no recount."),
        };
    }

    /// <summary>Holds every value of an answer against the recount; returns how many there were.</summary>
    public static int Check(NaiveRecount all, MetricDefinition metric, MetricRequest request, MetricAnswer answer)
    {
        var isGrouped = request.GroupBy is { } asked && metric.Dimensions.Contains(asked);
        string GroupOf(NaiveItem item) => isGrouped ? KeyOf(item, request.GroupBy!, request.Zone) ?? NoValue : NoValue;
        var models = metric.Source == MetricSource.Activity ? [] : request.Filter.Models;
        bool Passes(NaiveItem item) =>
            (request.Filter.Users.Count == 0 || request.Filter.Users.Contains(item.User)) && (models.Count == 0 || models.Contains(item.Model));

        var values = all.Items.Where(i => Passes(i)).Select(GroupOf).Distinct().ToDictionary(g => g, g => answer.Buckets
            .Select(b => Value(all, metric, Cut(b, request.Range), i => Passes(i) && GroupOf(i) == g)).ToList());
        var named = values.Where(v => v.Key != NoValue && v.Value.Any(x => x is not null))
            .OrderByDescending(v => Math.Round(v.Value.Sum(x => x ?? 0), 9)).ThenBy(v => v.Key, StringComparer.Ordinal).Select(v => v.Key).ToList();
        var expected = request.GroupBy is null ? [] : named.Take(request.Limit).ToList();
        if (metric.Source != MetricSource.Answers) Assert.Equal(expected, answer.Groups.Where(g => g.Kind == GroupKind.Named).Select(g => g.Name));
        Assert.Equal(request.GroupBy is not null && named.Count > request.Limit, answer.IsTruncated);

        var own = answer.Groups.Where(g => g.Kind == GroupKind.Named).Select(g => g.Name!).ToHashSet();
        var compared = 0;
        foreach (var group in answer.Groups)
        {
            bool IsIn(NaiveItem item) => group.Kind switch
            {
                GroupKind.All => true,
                GroupKind.Named => GroupOf(item) == group.Name,
                GroupKind.Others => GroupOf(item) is { Length: > 0 } name && !own.Contains(name),
                _ => GroupOf(item) == NoValue,
            };
            for (var i = 0; i < answer.Buckets.Count; i++)
            {
                var value = Value(all, metric, Cut(answer.Buckets[i], request.Range), item => Passes(item) && IsIn(item));
                Same(value, group.Values[0][i], $"{metric.Name} by {request.GroupBy} {group.Kind} {group.Name} {answer.Buckets[i].StartTime:u}");
                if (value is not null) compared++;
            }
            var total = Value(all, metric, request.Range, item => Passes(item) && IsIn(item));
            Same(total, group.Totals[0], $"{metric.Name} by {request.GroupBy} {group.Name} in all");
        }
        return compared;
    }

    /// <summary>Within the error that percentiles have; all else but for the last bits.</summary>
    public static void Same(double? expected, double? actual, string what)
    {
        Assert.True(expected is null == actual is null, string.Create(CultureInfo.InvariantCulture, $"{what}: expected '{expected}', was '{actual}'"));
        if (expected is not { } value) return;
        var error = what.StartsWith("p95", StringComparison.Ordinal) ? Math.Max(0.001, value * 0.01) : Math.Max(1e-9, Math.Abs(value) * 1e-9);
        Assert.True(Math.Abs(value - actual!.Value) <= error, $"{what}: expected {value}, was {actual}");
    }

    private static double? Some(double value) => value == 0 ? null : value;

    private static double? P95(List<long> sorted) => sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(0.95 * sorted.Count) - 1] / 1000.0;

    private static TimeRange Cut(TimeRange bucket, TimeRange range) => new(Math.Max(bucket.Start, range.Start), Math.Min(bucket.End, range.End));

    private static string? KeyOf(NaiveItem item, string dimension, TimeZoneInfo zone) => dimension switch
    {
        Dimensions.ModelFamily => item.Model is { } id ? id.Split('-') is ["claude", var family, ..] ? family : id : null,
        Dimensions.HourOfDay => LocalOf(item, zone).ToString("HH", CultureInfo.InvariantCulture),
        Dimensions.DayOfWeek => LocalOf(item, zone).ToString("dddd", CultureInfo.InvariantCulture),
        Dimensions.Weekend => LocalOf(item, zone).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? "weekend" : "weekday",
        Dimensions.Branch => CorpusWriter.Branch,
        Dimensions.HasCode => item is NaivePrompt prompt ? prompt.Text?.Contains("```", StringComparison.Ordinal) == true ? "yes" : "no" : null,
        Dimensions.User => item.User,
        Dimensions.Project => item.Project,
        Dimensions.Model => item.Model,
        Dimensions.Tool => (item as NaiveTool)?.Name,
        Dimensions.Source => "transcript",
        _ => null,
    };

    private static DateTimeOffset LocalOf(NaiveItem item, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(item.At), zone);

    /// <summary>Pauses of at most five minutes between the moments of a conversation, those that end in the range at a moment of an item that passes.</summary>
    private static long ActiveMs(NaiveRecount all, TimeRange range, Func<NaiveItem, bool> which)
    {
        long sum = 0;
        foreach (var conversation in all.Conversations)
        {
            var results = conversation.Tools.Where(t => t.ResultAt is not null);
            var moments = conversation.Prompts.Select(p => (p.At, Item: (NaiveItem)p))
                .Concat(conversation.Messages.SelectMany(r => new (long At, NaiveItem Item)[] { (r.At, r), (r.LastAt, r) }))
                .Concat(results.SelectMany(t => new (long At, NaiveItem Item)[] { (t.ResultAt!.Value, t), (t.LastResultAt!.Value, t) }))
                .GroupBy(m => m.At).OrderBy(g => g.Key).ToList();
            for (var i = 1; i < moments.Count; i++)
            {
                var (gap, end) = (moments[i].Key - moments[i - 1].Key, moments[i].Key);
                // Of things that happen at one moment the program takes one: they are of one user, and mostly of one project.
                if (gap <= 5 * 60_000 && range.Contains(end) && moments[i].Any(m => which(m.Item))) sum += gap;
            }
        }
        return sum;
    }
}
