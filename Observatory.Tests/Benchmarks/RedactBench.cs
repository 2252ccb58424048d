using System.Globalization;
using System.Text.Json;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Privacy;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <summary>
/// Looking for secrets on one thread: ordinary texts in megabytes a second, texts made to be costly, and a request that is full of them against one of ordinary texts.
/// </summary>
internal static class RedactBench
{
    private const int Piece = 8_000;
    private const int Costly = 1_000_000;
    private const int Texts = 500;
    private const int LengthOfText = 15_000;

    private static readonly string[] s_costly =
    [
        "password=", "cookies ", "authorization ", "authorization: x", "[redacted:token", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "key-", "curl -u ", "aws", "_key=", "sk-", "x_sk-1a", "eyJ", "eyJ.",
        "token \\\"", "\"password\":\"", "password: ", "a@b", "@", "://", "https://a:b", "%3D", "\\u001b[", "\u001b[", "\u001b]", "12\t", "requirepass ", "password ", "Password:\n", "name: password\n", "A3-AAAAAA-", "\":\"",
        "AAAAAAAAAAAAAAAAAAAAAAAA\n", "s.", "echo x | sudo -S ", "sqlplus ", "htpasswd -b ", "key='", "pw=\"", "pw=\"\\\"", "Bearer ", "ghp_", "AKIA", "a.b@c.d-", "pass", "password (", "password for ", "&quot;", "\\\\", "ENV PASSWORD ",
        "login x password ", "hooks.slack.com/services/", "thin:", "identified by '", "-----", "8Q~", "AAAA+/", "a_b-c.", "password=[redacted:x]", "密码：", "\n> ", "curl -b 'a=b; ",
    ];

    private static readonly Redactor s_redactor = new(SecretRules.All, TimeProvider.System, TimeSpan.FromMinutes(1));

    public static Task<int> RunAsync(BenchOptions options)
    {
        Ordinary(options.Runs);
        Costliest(options.Runs);
        Requests(options.Runs);
        return Task.FromResult(0);
    }

    private static void Ordinary(int runs)
    {
        foreach (var (name, files) in new[] { ("C#", Files("*.cs")), ("Markdown", Files("*.md")), ("transcripts", Directory.EnumerateFiles(Fixture.Root, "*.jsonl", SearchOption.AllDirectories)) })
        {
            var pieces = files.Select(File.ReadAllText).SelectMany(t => t.Chunk(Piece)).Select(c => new string(c)).Take(3_000).ToList();
            var rates = new List<double>();
            for (var run = -1; run < runs; run++)
            {
                var (time, size) = (TimeSpan.Zero, 0L);
                while (time < TimeSpan.FromMilliseconds(500))
                {
                    time += Time(() => pieces.ForEach(p => s_redactor.Redact(p)));
                    size += pieces.Sum(p => (long)p.Length);
                }
                if (run >= 0) rates.Add(size / time.TotalSeconds / 1e6);
            }
            Say($"{name}: {Sample.Median(rates):0} MB/s (median of {runs}; {pieces.Sum(p => (long)p.Length) / 1e6:0.0} MB in pieces of {Piece} characters)");
        }
    }

    private static void Costliest(int runs)
    {
        var times = s_costly.Select(part =>
        {
            var text = string.Concat(Enumerable.Repeat(part, Costly / part.Length));
            s_redactor.Redact(text[..20_000]);
            var ended = true;
            var time = Sample.Median(Enumerable.Range(0, runs).Select(_ => Time(() => ended &= s_redactor.Redact(text) is not null).TotalMilliseconds));
            return (Part: part, Time: time, Ended: ended);
        }).OrderByDescending(t => t.Time).ToList();
        Say($"costly texts of 1 MB: {times.Count}, of them over 100 ms {times.Count(t => t.Time > 100)}, not ended {times.Count(t => !t.Ended)}; the worst:");
        foreach (var (part, time, _) in times.Take(5)) Say($"  {time,6:0} ms  {JsonSerializer.Serialize(part)} again and again");
    }

    private static void Requests(int runs)
    {
        var ordinary = Median(runs, i => string.Concat(Enumerable.Repeat($"Please look at the build of service {i} and say why it fails on Tuesdays. ", LengthOfText / 70)));
        var worst = s_costly.Select(part => (Part: part, Time: Median(Math.Min(runs, 3), _ => string.Concat(Enumerable.Repeat(part, LengthOfText / part.Length))))).MaxBy(t => t.Time);
        Say($"a request of {Texts} events with {LengthOfText} characters each, read and looked at: ordinary {ordinary:0} ms, the costliest {worst.Time:0} ms ({JsonSerializer.Serialize(worst.Part)}), ratio {worst.Time / ordinary:0.00}");
    }

    private static double Median(int runs, Func<int, string> text)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, Texts).Select(i => new { id = $"e{i}", type = "odd", timestamp = "2026-11-12T09:05:28.918Z", conversationId = "c", data = new { note = text(i) } }).ToArray());
        var now = new DateTimeOffset(2026, 11, 12, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var filter = new ContentFilter(new Nowhere(), ContentMode.Redacted, s_redactor);
        return Sample.Median(Enumerable.Range(0, runs + 1).Select(_ => Time(() =>
        {
            var batch = new EventBatch { Source = EventSource.Api };
            new EventReader().Read(body, false, batch, now);
            filter.TryWrite(batch);
        }).TotalMilliseconds).Skip(1));
    }

    /// <summary>Of the processor, not of the clock on the wall: others may use it too. The work is on one thread, and nothing else runs here.</summary>
    private static TimeSpan Time(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return Environment.CpuUsage.TotalTime - before;
    }

    private static IEnumerable<string> Files(string pattern)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Observatory.Web.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks do not run inside the repository.");
        return Directory.EnumerateFiles(folder.FullName, pattern, SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains("node_modules", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Nowhere : IEventSink
    {
        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel) => ValueTask.CompletedTask;

        public bool TryWrite(EventBatch batch) => true;
    }
}
