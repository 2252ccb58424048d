using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Observatory.Web.Api;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>The figures of a day are the same before and after its rows are deleted: in every zone, by every dimension, whether it was summed or not.</summary>
public sealed class DeletedFigureTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(2026, 11, 12, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] s_zones = ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"];
    private static readonly string?[] s_dimensions = [null, Dimensions.User, Dimensions.Project, Dimensions.Model, Dimensions.Tool, Dimensions.Type];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(81)]
    [InlineData(82)]
    public async Task Figures_of_days_outlive_their_rows(int seed)
    {
        using var folder = new TempFolder();
        var roots = new[] { "ada", "bob" }.Select(owner => (Root: folder.Folder(owner), Owner: owner)).ToArray();
        foreach (var (root, _) in roots) new CorpusWriter(seed).Write(root, 6, s_from, 5);
        await using var core = await CoreHost.ImportAsync(new FakeTimeProvider(s_until), roots);
        await core.WriteAsync(Events(new Random(seed)));
        var expected = await FiguresAsync(core);
        // Sittings and active time are there to be lost.
        Assert.Contains(await core.Metrics.GetUsersAsync(Compare.Query(s_from, s_until), Cancel), u => u.AverageSessionDuration > 0);
        await ShortBucketsAsync(core, isTooFine: false);
        if (seed % 2 == 0) await SummedDays.MakeAsync(core);
        foreach (var days in (double[])[0.7, 2.5, 3, 30])
        {
            await core.DeleteAsync(s_from.AddDays(days));
            Same(expected, await FiguresAsync(core));
        }
        await ShortBucketsAsync(core, isTooFine: true);
        Assert.All((await core.RowsAsync())[..6], left => Assert.Equal(0, left));
        await SummedDays.MakeAsync(core);
        Same(expected, await FiguresAsync(core));
    }

    /// <summary>What is kept of gone rows is summed up by quarter of an hour: who asks for less is told, not given what is left.</summary>
    private static async Task ShortBucketsAsync(CoreHost core, bool isTooFine)
    {
        var queries = core.Services.GetRequiredService<IMetricQueries>();
        foreach (var metric in (string[])["tokens", "toolCalls", "p95ResponseTime", "apiLatency"])
        {
            var request = new MetricRequest
            {
                Metrics = [metric], Range = new TimeRange(s_from, s_from.AddDays(2)), Zone = TimeZoneInfo.Utc, Interval = Interval.FiveMinutes,
            };
            if (!isTooFine) await queries.AskAsync([request], Cancel);
            else Assert.Equal(Interval.QuarterHour, (await Assert.ThrowsAsync<IntervalTooFineException>(() => queries.AskAsync([request], Cancel))).Finest);
        }
        Assert.Equal("interval", ExportApi.SeriesProblem(new IntervalTooFineException(Interval.QuarterHour))!.Name);
    }

    private static void Same(List<string> expected, List<string> actual)
    {
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], actual[i]);
    }

    /// <summary>Events that count in no other figure, and calls that name no session.</summary>
    private static EventBatch Events(Random random)
    {
        var batch = new EventBatch { Source = EventSource.Otlp, User = "ada" };
        for (var i = 0; i < 60; i++)
        {
            batch.Events.Add(new OtherEvent
            {
                Key = EventKey.Of(KeySpace.Record, $"other {i}"), At = s_from.AddMinutes(random.Next(8_000)).ToUnixTimeMilliseconds(),
                Conversation = $"session-{i % 4}", Type = i % 3 == 0 ? "hook" : "mention", Data = "{}",
            });
        }
        return batch;
    }

    private static async Task<List<string>> FiguresAsync(CoreHost core)
    {
        var texts = new List<string>();
        // Within its quarter of an hour nothing is known of a row that is gone.
        var range = (Start: s_from, End: s_until);
        foreach (var zone in s_zones)
        {
            var query = Compare.Query(range.Start, range.End, zone);
            var (system, dashboard) = (await core.Metrics.GetSystemAsync(query, Cancel), await core.Metrics.GetDashboardAsync(query, Cancel));
            texts.Add(JsonSerializer.Serialize(new object[]
            {
                dashboard, system, await core.Metrics.GetUsersAsync(query, Cancel), await core.Metrics.GetProjectsAsync(query, Cancel),
                await core.Metrics.GetModelsAsync(query, Cancel), await core.Metrics.GetToolsAsync(query, Cancel),
            }));
        }
        var queries = core.Services.GetRequiredService<IMetricQueries>();
        var requests = new List<MetricRequest>();
        foreach (var metric in MetricCatalogue.Default.Metrics)
        {
            foreach (var by in s_dimensions.Where(d => d is null || metric.Dimensions.Contains(d)))
            {
                requests.Add(new MetricRequest
                {
                    Metrics = [metric.Name], Range = new TimeRange(range.Start, range.End), GroupBy = by,
                    Interval = by is null ? Interval.QuarterHour : Interval.Hour,
                    Zone = TimeZoneInfo.FindSystemTimeZoneById(s_zones[requests.Count % s_zones.Length]),
                });
            }
        }
        var answers = await queries.AskAsync(requests, Cancel);
        texts.AddRange(answers.Zip(requests, (answer, request) => $"{request.Metrics[0]} {request.GroupBy}\n" + string.Join('\n', answer.Groups.Select(Text))));
        return texts;

        static string Text(MetricGroup group) =>
            $"{group.Name} {Number(group.Totals[0])}: {string.Join(' ', group.Values[0].Select((v, i) => (v, i)).Where(p => p.v is not null)
                .Select(p => $"{p.i}={Number(p.v)}"))}";

        // Sums of fractions differ in their last bits where they are added up in another order.
        static string Number(double? value) => value is { } known ? Math.Round(known, 6).ToString("R", CultureInfo.InvariantCulture) : "";
    }
}
