using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Storage.Rework;
using Observatory.Tests.Faults;
using Observatory.Tests.Support;
using Observatory.Tests.Unit.Privacy;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What was stored while everything was kept, under a stricter setting: nothing that is stored may be other than if it came in today.</summary>
public sealed class StoredTextTests
{
    private const long Now = 1_794_474_328_987;
    private const string Plain = "purple elephants march at dawn";

    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeMilliseconds(Now - 3_600_000);

    private readonly MadeUpSecrets _made = new(3);
    private readonly List<string> _secrets = [];

    [Theory]
    [InlineData(ContentMode.Redacted)]
    [InlineData(ContentMode.Counts)]
    public async Task No_secret_is_left_anywhere_and_figures_stay(ContentMode mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var temp = new TempFolder();
        string before;
        await using (var core = await StartAsync(temp.Path, ContentMode.Full))
        {
            await FillAsync(core, temp);
            before = await TotalsAsync(core);
        }
        Assert.All(_secrets, s => Assert.True(IsIn(temp.Path, s), s));
        await using (var core = await StartAsync(temp.Path, mode))
        {
            var figures = await DoneAsync(core);
            Assert.NotNull(figures.FinishedAt);
            Assert.InRange(figures.Changed, 10, figures.Looked);
            Assert.Equal(before, await TotalsAsync(core));
            Assert.Equal(0, (await core.RecountAsync(cancel)).Differences);
            // The writer goes on with what it finds: names that were cleaned are found under their new text, titles are made again.
            await core.WriteAsync(Prompt("more words", 77));
        }
        var rows = Dump(temp.Path);
        foreach (var secret in _secrets)
        {
            Assert.False(CutTests.Leaks(rows, secret), $"{secret} in {rows}");
            Assert.False(IsIn(temp.Path, secret), $"{secret} is in a file.");
        }
        Assert.Equal(mode == ContentMode.Redacted, rows.Contains(Plain, StringComparison.Ordinal));
        // People and projects are known by name in every mode, and JSON stays JSON.
        Assert.Contains("ada@example.org", rows, StringComparison.Ordinal);
        using var connection = StoreAudit.Open(Path.Combine(temp.Path, "observatory.db"));
        Assert.Empty(StoreAudit.Integrity(connection));
        Assert.Empty(StoreAudit.Sums(connection));
        await using (var core = await StartAsync(temp.Path, mode))
        {
            Assert.Equal((0, (long?)null), (((int)(await DoneAsync(core)).Looked), (await DoneAsync(core)).FinishedAt));
        }
    }

    [Fact]
    public async Task It_goes_on_where_it_was_stopped()
    {
        using var temp = new TempFolder();
        await using (var core = await StartAsync(temp.Path, ContentMode.Full))
        {
            for (var i = 0; i < 4; i++)
            {
                var batch = new EventBatch { Source = EventSource.Transcript, User = "ada@example.org" };
                for (var n = 0; n < 1_000; n++) batch.Events.Add(PromptEvent($"{Plain} {Secret("github")}", i * 1_000 + n));
                await core.WriteAsync(batch);
            }
        }
        var (stops, looked) = (0, 0L);
        while (true)
        {
            await using var core = await StartAsync(temp.Path, ContentMode.Redacted);
            var figures = core.Services.GetRequiredService<ReworkFigures>();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (figures.Now is { State: not ReworkState.Done } now && now.Looked < looked + 900) await Task.Delay(1, patience.Token);
            looked = figures.Now.Looked;
            if (figures.Now.State == ReworkState.Done) break;
            Assert.InRange(++stops, 1, 100);
        }
        var rows = Dump(temp.Path);
        Assert.DoesNotContain("ghp_", rows, StringComparison.Ordinal);
        Assert.Equal(4_000, rows.Split('\n').Count(r => r.StartsWith("texts: ", StringComparison.Ordinal)
            && r.Contains(Plain + " [redacted:github]", StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(temp.Path, "observatory.db.rework")));
    }

    [Fact]
    public async Task A_laxer_setting_for_a_while_is_remembered()
    {
        using var temp = new TempFolder();
        await using (var core = await StartAsync(temp.Path, ContentMode.Counts)) await DoneAsync(core);
        await using (var core = await StartAsync(temp.Path, ContentMode.Full)) await core.WriteAsync(Prompt($"{Plain} {Secret("github")}", 1));
        await using (var core = await StartAsync(temp.Path, ContentMode.Redacted)) Assert.InRange((await DoneAsync(core)).Changed, 1, 10);
        Assert.DoesNotContain(_secrets[0], Dump(temp.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_new_needs_no_working_over()
    {
        using var temp = new TempFolder();
        await using (var core = await StartAsync(temp.Path, ContentMode.Redacted))
        {
            Assert.Equal(new ReworkProgress(ReworkState.Done, 0, 0, 0, null, null), await DoneAsync(core));
            await core.WriteAsync(Prompt(Plain, 1));
        }
        await using (var core = await StartAsync(temp.Path, ContentMode.Redacted)) Assert.Null((await DoneAsync(core)).StartedAt);
        // A stricter one does.
        await using (var core = await StartAsync(temp.Path, ContentMode.Counts)) Assert.InRange((await DoneAsync(core)).Changed, 1, 10);
        Assert.DoesNotContain(Plain, Dump(temp.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_become_equal_stay_two()
    {
        using var temp = new TempFolder();
        await using (var core = await StartAsync(temp.Path, ContentMode.Full))
        {
            foreach (var n in (int[])[1, 2])
            {
                var batch = new EventBatch { Source = EventSource.Transcript, User = "ada@example.org" };
                var item = PromptEvent(Plain, n);
                item.Branch = Secret("github");
                item.Conversation = Secret("gitlab");
                batch.Events.Add(item);
                await core.WriteAsync(batch);
            }
        }
        await using (var core = await StartAsync(temp.Path, ContentMode.Redacted)) await DoneAsync(core);
        var rows = Dump(temp.Path);
        Assert.Contains("Text=[redacted:github] 2", rows, StringComparison.Ordinal);
        Assert.Contains("SessionId=[redacted:gitlab] 2", rows, StringComparison.Ordinal);
        Assert.All(_secrets, s => Assert.DoesNotContain(s, rows, StringComparison.Ordinal));
    }

    private static Task<CoreHost> StartAsync(string data, ContentMode mode) => CoreHost.StartAsync(null, data, services =>
        services.Replace(ServiceDescriptor.Singleton(new ObservatoryOptions { Transcripts = new TranscriptOptions { Enabled = false },
            Privacy = new PrivacyOptions { Content = mode } })));

    private static async Task<ReworkProgress> DoneAsync(CoreHost core)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var figures = core.Services.GetRequiredService<ReworkFigures>();
        while (figures.Now.State != ReworkState.Done) await Task.Delay(10, patience.Token);
        return figures.Now;
    }

    private string Secret(string kind = "github")
    {
        var secret = _made.Kinds.First(k => k.Kind == kind).Make().Secret;
        _secrets.Add(secret);
        return secret;
    }

    private static PromptEvent PromptEvent(string text, int number) => new()
    {
        Key = EventKey.Of(KeySpace.Line, number.ToString(CultureInfo.InvariantCulture)), At = Now - 3_000_000 + number * 100L,
            Conversation = $"s{number / 1_000}", Project = "/srv/shop", Branch = "main", Text = text, Length = text.Length,
    };

    private static EventBatch Prompt(string text, int number)
    {
        var batch = new EventBatch { Source = EventSource.Transcript, User = "ada@example.org" };
        batch.Events.Add(PromptEvent(text, number));
        return batch;
    }

    /// <summary>A secret in every place that the database has for a text or a name.</summary>
    private async Task FillAsync(CoreHost core, TempFolder temp)
    {
        var batch = Prompt($"{Plain} {Secret("jwt")} x", 1);
        var first = (PromptEvent)batch.Events[0];
        (first.Branch, first.Version, first.Project) = ($"fix-{Secret("gitlab")}", Secret("npm"), "/srv/" + Secret("github"));
        // As long as is kept, and cut inside a secret.
        var cut = Secret("anthropic-api");
        batch.Events.Add(PromptEvent(new string('a', 7_960) + " " + cut[..39], 2));
        batch.Events.Add(PromptEvent("short " + Secret("github"), 3));
        batch.Events.Add(new ToolCallEvent { Key = EventKey.Of(KeySpace.ToolUse, "t"), At = Now - 2_000_000, Conversation = "s0", Tool = "tool-"
            + Secret("github"), Model = "m", Target = $"export KEY={Secret("openai-project")}" });
        batch.Events.Add(new ToolResultEvent { Key = EventKey.Of(KeySpace.ToolUse, "t"), At = Now - 1_900_000, Conversation = "s0", IsError = true,
            Output = $"no {Secret("slack-bot")} here", StartedAgent = "agent-" + Secret("github") });
        batch.Events.Add(new ApiErrorEvent { Key = EventKey.Of(KeySpace.Event, "e"), At = Now - 1_800_000, Conversation = "s0",
            Message = $"refused {Secret("google")}" });
        batch.Events.Add(new ResponseEvent { Key = EventKey.Of(KeySpace.Message, "m"), At = Now - 2_100_000, Conversation = "s0", Model = "claude-"
            + Secret("github"), Usage = new TokenUsage(5, 7, 0, 0, 0) });
        var facts = batch.Session("s0");
        (facts.CustomTitle, facts.AiTitle, facts.PullRequest) =
            ($"Rotate {Secret("github")}", $"Ask for {Secret("gitlab")}", "https://x.test/" + Secret("github"));
        facts.Summaries.Add(new SessionSummary(17, $"Later {Secret("pypi")}"));
        facts.Agents.Add(new AgentFacts("agent-" + Secret("npm"), "type-" + Secret("github"), $"Looks for {Secret("vault")}", null));
        batch.Rejected.Add(new RejectedLine(temp.File("x.jsonl"), 1, 0, $"No line: {Secret("github")}", "{\"x\":\"" + Secret("digitalocean")));
        batch.DeadLetters.Add(new DeadLetter(EventSource.Api, Secret("github"), $"No event: {Secret("npm")}",
            JsonSerializer.Serialize(new { id = "x", data = new { key = Secret("grafana") } })));
        batch.Drift[("kind-" + Secret("github"), "2.1.0")] = 3;
        batch.Points.Add(new MetricPoint(EventKey.Of(KeySpace.Event, "p"), "metric-" + Secret("github"),
            JsonSerializer.Serialize(new { tag = Secret("gitlab") }), Now - 1_000_000, 4));
        await core.WriteAsync(batch);
        // One event alone is a row, several are a block.
        foreach (var count in (int[])[1, 5])
        {
            var more = new EventBatch { Source = EventSource.Api };
            var events = Enumerable.Range(0, count).Select(i =>
                new { id = $"e{count}-{i}", type = "odd", timestamp = DateTimeOffset.FromUnixTimeMilliseconds(Now - 900_000 + i), conversationId = "s0",
                data = new { text = $"has {Secret("shopify")} in it", n = i, password = $"pw{i}-{Secret("api-key")}" } });
            new EventReader().Read(JsonSerializer.SerializeToUtf8Bytes(events.ToArray()), false, more, Now);
            Assert.Equal(count, more.Events.Count);
            await core.WriteAsync(more);
        }
        _secrets.Remove(cut);
        _secrets.Add(cut[..39]);
    }

    private static async Task<string> TotalsAsync(CoreHost core)
    {
        var cancel = TestContext.Current.CancellationToken;
        var overview = (await core.Metrics.GetDashboardAsync(Compare.Query(s_start.AddDays(-1), s_start.AddDays(1)), cancel)).Overview;
        return JsonSerializer.Serialize(overview);
    }

    /// <summary>Every text of every row, blocks included, by SQL that shares nothing with the program.</summary>
    private static string Dump(string data)
    {
        using var connection = StoreAudit.Open(Path.Combine(data, "observatory.db"));
        var text = new StringBuilder();
        foreach (var table in Column(connection, "SELECT name FROM sqlite_master WHERE type = 'table'"))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                text.Append(table).Append(": ");
                for (var i = 0; i < rows.FieldCount; i++)
                {
                    var value = rows.GetValue(i);
                    text.Append(rows.GetName(i)).Append('=').Append(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value).Append(' ');
                }
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    private static List<string> Column(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var values = new List<string>();
        while (rows.Read()) values.Add(rows.GetString(0));
        return values;
    }

    /// <summary>Twelve of its characters in a row stand in a byte of the folder, gaps of pages and the log included.</summary>
    private static bool IsIn(string folder, string secret) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return CutTests.Leaks(reader.ReadToEnd(), secret);
    });
}
