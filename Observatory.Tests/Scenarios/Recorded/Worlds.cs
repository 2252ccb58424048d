using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Tests.Support;

namespace Observatory.Tests.Scenarios.Recorded;

/// <summary>Programs with data that are the same on every machine.</summary>
internal static class Worlds
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Transcripts of all client generations from three owners, the interactive sets' telemetry and hooks, and a metric of a team.</summary>
    public static async Task<(WebHost Host, IReadOnlyList<string> Conversations)> CorpusAsync(TempFolder folder)
    {
        var writer = new CorpusWriter(2_026);
        var roots = new[] { "ada", "bob", "carol" }.Select(owner => (Root: folder.Folder(owner), Owner: owner)).ToArray();
        // Over the nights on which Berlin, New York and Lord Howe Island change their clocks.
        foreach (var (root, _) in roots) writer.Write(root, 14, new DateTimeOffset(2026, 9, 28, 0, 0, 0, TimeSpan.Zero), 40);
        var host = new WebHost(new FakeTimeProvider(Now), roots);
        _ = host.Server;
        await host.IdleAsync();
        foreach (var batch in Interactive.Telemetry().Concat(Interactive.Hooks())) await host.WriteAsync(batch);
        await host.WriteAsync(Builds());
        var conversations = writer.Sessions.Where(s => s.Prompts + s.Responses > 0).Select(s => s.Id).Order(StringComparer.Ordinal);
        return (host, [.. conversations.Where((_, i) => i % 7 == 0)]);
    }

    /// <summary>Values over a week, as a team would send them.</summary>
    private static EventBatch Builds()
    {
        var random = new Random(27);
        var body = new StringBuilder();
        for (var i = 0; i < 400; i++)
        {
            var at = new DateTimeOffset(2026, 10, 5, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(7 * 86_400));
            var branch = random.Next(3) switch { 0 => "main", 1 => "dev", _ => "été" };
            var time = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var value = (random.Next(-40, 900) / 8.0).ToString(CultureInfo.InvariantCulture);
            var os = i % 2 == 0 ? "linux" : "mac";
            body.Append("{\"metric\":\"team.builds\",\"timestamp\":\"").Append(time).Append("\",\"value\":").Append(value)
                .Append(",\"tags\":{\"branch\":\"").Append(branch).Append("\",\"os\":\"").Append(os).Append("\"}}\n");
        }
        var batch = new EventBatch { Source = EventSource.Api };
        new MetricReader().Read(Encoding.UTF8.GetBytes(body.ToString()), true, batch, Now.ToUnixTimeMilliseconds());
        return batch;
    }
}
