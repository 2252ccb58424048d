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
/// Looking for secrets on one thread: ordinary texts in megabytes a second, texts made to be costly, and a request that is full of them against one of
/// ordinary texts.
/// </summary>
internal static class RedactBench
{
    private const int Piece = 8_000;

    /// <summary>Code that was compiled ahead is compiled again, better, while it runs for its first second.</summary>
    private const int WarmUps = 4;
    private const int Costly = 1_000_000;
    private const int Texts = 500;
    private const int LengthOfText = 15_000;

    private static readonly string[] s_costly =
    [
        "password=", "cookies ", "authorization ", "authorization: x", "[redacted:token", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
        "key-", "curl -u ", "aws", "_key=", "sk-", "x_sk-1a", "eyJ", "eyJ.", "token \\\"", "\"password\":\"", "password: ", "a@b", "@", "://",
        "https://a:b", "%3D", "\\u001b[", "\u001b[", "\u001b]", "12\t", "requirepass ", "password ", "Password:\n", "name: password\n", "A3-AAAAAA-",
        "\":\"", "AAAAAAAAAAAAAAAAAAAAAAAA\n", "s.", "echo x | sudo -S ", "sqlplus ", "htpasswd -b ", "key='", "pw=\"", "pw=\"\\\"", "Bearer ",
        "ghp_", "AKIA", "a.b@c.d-", "pass", "password (", "password for ", "&quot;", "\\\\", "ENV PASSWORD ", "login x password ",
        "hooks.slack.com/services/", "thin:", "identified by '", "-----", "8Q~", "AAAA+/", "a_b-c.", "password=[redacted:x]", "密码：", "\n> ",
        "curl -b 'a=b; ",
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
        var transcripts = Directory.EnumerateFiles(Fixture.Root, "*.jsonl", SearchOption.AllDirectories);
        foreach (var (name, files) in new[] { ("C#", Files("*.cs")), ("Markdown", Files("*.md")), ("transcripts", transcripts) })
        {
            var pieces = files.Select(File.ReadAllText).SelectMany(t => t.Chunk(Piece)).Select(c => new string(c)).Take(3_000).ToList();
            var rates = new List<double>();
            for (var run = -WarmUps; run < runs; run++)
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

    /// <summary>Against ordinary texts of the same size: an escape in JSON is six bytes for one character.</summary>
    private static void Requests(int runs)
    {
        var (ordinary, size) = Request(runs, i => Filled($"Please look at the build of service {i} and say why it fails on Tuesdays. "));
        var costly = s_costly.Select(part =>
        {
            var (time, bytes) = Request(Math.Min(runs, 3), _ => Filled(part));
            return (Part: part, Time: time, Ratio: time / (ordinary * bytes / size));
        }).OrderByDescending(t => t.Ratio).ToList();
        Say($"a request of {Texts} events with {LengthOfText} characters each, read and looked at: ordinary {ordinary:0} ms; the costliest by size:");
        foreach (var (part, time, ratio) in costly.Take(5)) Say($"  {time,6:0} ms  ratio {ratio:0.00}  {JsonSerializer.Serialize(part)} again and again");
    }

    private static string Filled(string part) => string.Concat(Enumerable.Repeat(part, LengthOfText / part.Length));

    private static (double Milliseconds, int Bytes) Request(int runs, Func<int, string> text)
    {
        var events = Enumerable.Range(0, Texts).Select(i => new
        {
            id = $"e{i}",
            type = "odd",
            timestamp = "2026-11-12T09:05:28.918Z",
            conversationId = "c",
            data = new { note = text(i) },
        });
        var body = JsonSerializer.SerializeToUtf8Bytes(events.ToArray());
        var now = new DateTimeOffset(2026, 11, 12, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var filter = new ContentFilter(new Nowhere(), ContentMode.Redacted, s_redactor);
        var times = Enumerable.Range(0, runs + 1).Select(_ => Time(() =>
        {
            var batch = new EventBatch { Source = EventSource.Api };
            new EventReader().Read(body, false, batch, now);
            filter.TryWrite(batch);
        }).TotalMilliseconds).Skip(1);
        return (Sample.Median(times), body.Length);
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
        while (!File.Exists(Path.Combine(folder.FullName, "Observatory.Web.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks do not run inside the repository.");
        string[] built = ["obj", "bin", "node_modules"];
        return Directory.EnumerateFiles(folder.FullName, pattern, SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Intersect(built).Any()).Order(StringComparer.Ordinal);
    }

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Nowhere : IEventSink
    {
        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel) => ValueTask.CompletedTask;

        public bool TryWrite(EventBatch batch) => true;
    }
}
