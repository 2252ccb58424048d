using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Metrics.Timing;
using Observatory.Core.Metrics;
using Observatory.Core.Storage;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Operations;

/// <summary>How the program itself fares, for Prometheus.</summary>
internal static class MetricsPage
{
    private static readonly string[] s_states = ["ok", "degraded", "failed"];

    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", GetAsync).RequireAuthorization(Policies.Read).WithTags("Operations")
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).Produces<string>(200, "text/plain")
        .WithName("GetMetrics").WithSummary("The program's own figures, as Prometheus reads them.");

    private static async Task<ContentHttpResult> GetAsync(
        [FromServices] AnalyticsEngine analytics, [FromServices] QueryTimings timings, [FromServices] SchemaVersion schema,
        [FromServices] LiveConnections connections, [FromServices] DataDirectory data, CancellationToken cancel)
    {
        var text = new PrometheusText();
        text.Begin("build_info", "gauge", "1, with what was built as labels.").Sample(
            "build_info", 1, ("version", ProgramVersion.Number), ("commit", ProgramVersion.Commit), ("schema", await schema.ReadAsync(cancel)));
        Write(text, await analytics.GetPipelineAsync(cancel));
        Write(text, timings);
        text.Begin("live_connections", "gauge", "Connections that stay open, of pages and of programs that listen.");
        foreach (var kind in Enum.GetValues<ConnectionKind>())
            text.Sample("live_connections", connections.CountOf(kind), ("kind", kind.ToString().ToLowerInvariant()));
        WriteProcess(text);
        WriteDisk(text, data);
        return TypedResults.Text(text.ToString(), PrometheusText.ContentType);
    }

    private static void Write(PrometheusText text, PipelineFigures figures)
    {
        BySource("events_processed_total", "Events and lines that were looked at.", s => s.Processed);
        BySource("events_accepted_total", "Events that added or changed something.", s => s.Accepted);
        BySource("events_duplicate_total", "Events that were known.", s => s.Duplicates);
        BySource("events_rejected_total", "Events and lines that were refused or set aside.", s => s.Rejected);
        text.Begin("event_lag_milliseconds", "summary", "From an event to its commit.");
        foreach (var source in figures.Sources.Where(s => s.LagP50Ms is not null))
        {
            text.Sample("event_lag_milliseconds", source.LagP50Ms!.Value, ("source", source.Source), ("quantile", "0.5"))
                .Sample("event_lag_milliseconds", source.LagP99Ms!.Value, ("source", source.Source), ("quantile", "0.99"));
        }
        text.Begin("commit_latency_milliseconds", "summary", "From queue to commit.")
            .Sample("commit_latency_milliseconds", figures.LatencyP50Ms, ("quantile", "0.5"))
            .Sample("commit_latency_milliseconds", figures.LatencyP99Ms, ("quantile", "0.99"));
        text.Gauge("queue_depth", "Batches that wait to be written.", figures.QueueDepth)
            .Gauge("events_per_second", "Events a second over the last minute.", figures.ThroughputPerSecond)
            .Gauge("dead_letters", "Refused events that wait for someone's word, and lines set aside.", figures.DeadLetters)
            .Counter("hooks_dropped_total", "Hooks that found no room.", figures.HooksDropped)
            .Gauge("writer_failing", "1 while nothing can be written.", figures.WriterFailing ? 1 : 0)
            .Gauge("import_files", "Transcripts under the roots.", figures.Import.FilesTotal)
            .Gauge("import_files_done", "Of these, read to the end and committed.", figures.Import.FilesDone)
            .Counter("service_failures_total", "Failures of services behind the scenes.", figures.Services.Sum(s => s.Failures));
        text.Begin("health", "gauge", "1 for the state that a part is in.");
        foreach (var row in figures.Health)
        {
            foreach (var state in s_states) text.Sample("health", row.State == state ? 1 : 0, ("part", row.Part), ("state", state));
        }

        void BySource(string name, string help, Func<SourceRow, long> value)
        {
            text.Begin(name, "counter", help);
            foreach (var source in figures.Sources) text.Sample(name, value(source), ("source", source.Source));
        }
    }

    private static void Write(PrometheusText text, QueryTimings timings)
    {
        text.Begin("query_duration_milliseconds", "summary", "Of each kind of question, over the last hour.");
        foreach (var query in timings.Read(TimeSpan.FromHours(1)))
        {
            foreach (var (quantile, value) in new[] { ("0.5", query.P50Ms), ("0.95", query.P95Ms), ("0.99", query.P99Ms) })
                text.Sample("query_duration_milliseconds", value, ("query", query.Name), ("quantile", quantile));
        }
        text.Begin("queries_total", "counter", "Questions that were answered.");
        foreach (var (name, count) in timings.Totals) text.Sample("queries_total", count, ("query", name));
    }

    private static void WriteProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Gauge("memory_bytes", "Memory that the program holds.", process.WorkingSet64)
            .Gauge("managed_memory_bytes", "Of it, what the collector looks after.", GC.GetTotalMemory(forceFullCollection: false))
            .Counter("processor_seconds_total", "Processor time since the start.", process.TotalProcessorTime.TotalSeconds)
            .Gauge("start_time_seconds", "When the program was started, Unix seconds.",
                new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1_000d);
    }

    private static void WriteDisk(PrometheusText text, DataDirectory data)
    {
        long Size(string name) => new FileInfo(data.File(name)) is { Exists: true } file ? file.Length : 0;
        text.Gauge("database_bytes", "The database file.", Size("observatory.db"))
            .Gauge("database_log_bytes", "What was written and is not in the file yet.", Size("observatory.db-wal"))
            .Gauge("disk_free_bytes", "Left on the disk of the data directory.", new DriveInfo(Path.GetFullPath(data.Path)).AvailableFreeSpace);
    }
}
