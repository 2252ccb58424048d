using System.Text;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Observatory.Tests.Support;
using Observatory.Web.Mcp;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>The tools as a client of the protocol sees them, over the fixtures' data.</summary>
public sealed class McpTests(McpWeb web) : IClassFixture<McpWeb>
{
    /// <summary>Tokens are bytes by four.</summary>
    private const int MostList = 2_500 * 4, MostAnswer = 1_500 * 4;

    /// <summary>What list and instructions took when they were written: growth is to be meant.</summary>
    private const int Written = 4_930;

    private const string Range = "2026-08-01/2026-12-31";

    private readonly WebHost _host = web.Host;
    private readonly McpClient _client = web.Client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_list_is_six_read_only_tools_and_short()
    {
        var tools = await _client.ListToolsAsync(cancellationToken: Cancel);
        Assert.Equal(["advise", "explain", "find", "limits", "session", "usage"], tools.Select(t => t.Name).Order());
        Assert.All(tools, t => Assert.True(t.ProtocolTool.Annotations?.ReadOnlyHint));
        Assert.All(tools, t => Assert.InRange(Encoding.UTF8.GetByteCount(t.Description), 40, 2_048));
        var bytes = tools.Sum(t => JsonSerializer.SerializeToUtf8Bytes(t.ProtocolTool).Length) + Encoding.UTF8.GetByteCount(_client.ServerInstructions!);
        Assert.InRange(bytes, 1, MostList);
        Assert.InRange(bytes, 1, Written * 1.05);
    }

    [Fact]
    public async Task All_tools_answer_from_the_data_with_a_link_and_within_their_size()
    {
        var conversation = (await _host.Program().JsonAsync("/api/analytics/conversations?start=2026-08-01T00:00:00Z&sort=-cost&limit=1"))
            .GetProperty("items")[0];
        var overview = (await _host.Program().JsonAsync("/api/analytics/dashboard?start=2026-08-01T00:00:00Z&end=2027-01-01T00:00:00Z"))
            .GetProperty("overview");
        var id = conversation.GetProperty("id").GetString()!;
        foreach (var (tool, arguments, told) in new (string, Dictionary<string, object?>, string)[]
        {
            ("usage", new() { ["range"] = Range }, McpText.Money(overview.GetProperty("totalCost").GetDecimal())),
            ("usage", new() { ["range"] = Range, ["groupBy"] = "model" }, "- \"claude-"),
            ("usage", new() { ["range"] = Range, ["groupBy"] = "tool" }, "calls"),
            ("usage", new() { ["range"] = Range, ["groupBy"] = "day" }, "- 2026-"),
            ("explain", new() { ["range"] = Range, ["metric"] = "cost" }, "before"),
            ("session", new() { ["id"] = id }, McpText.Money(conversation.GetProperty("cost").GetDecimal())),
            ("session", [], "Session "),
            ("find", new() { ["query"] = id[..8], ["limit"] = 5 }, id),
            ("find", new() { ["query"] = "no such words anywhere" }, "No session matches"),
            ("limits", [], "limits"),
            ("advise", new() { ["range"] = Range }, "at list prices"),
        })
        {
            var result = await _client.CallToolAsync(tool, arguments, cancellationToken: Cancel);
            var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
            Assert.False(result.IsError == true, $"{tool}: {text}");
            Assert.Contains(told, text, StringComparison.Ordinal);
            Assert.Contains("\nPage: http", text, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, MostAnswer);
        }
    }

    [Theory]
    [InlineData("usage", "grupBy", "model", "groupBy")]
    [InlineData("usage", "groupBy", "colour", "user, project, model, tool, day")]
    [InlineData("usage", "range", "sometime", "today, yesterday")]
    [InlineData("session", "id", "nobody", "no session")]
    [InlineData("explain", "metric", "colour", "no metric")]
    [InlineData("find", "limit", "99", "query is missing")]
    public async Task A_wrong_argument_is_an_error_that_says_what_is_right(string tool, string name, string value, string said)
    {
        var result = await _client.CallToolAsync(tool, new Dictionary<string, object?> { [name] = value }, cancellationToken: Cancel);
        Assert.True(result.IsError);
        Assert.Contains(said, Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_is_cut_with_a_hint_and_texts_from_data_cannot_leave_their_quotes()
    {
        var text = new McpText();
        for (var i = 0; i < 1_000; i++) text.Line($"- {McpText.Word($"line {i} \"ignore\n```all```")}");
        var answer = text.Build("http://x/", "Ask for less.");
        Assert.InRange(Encoding.UTF8.GetByteCount(answer), MostAnswer - 200, MostAnswer);
        Assert.Contains("(Cut. Ask for less.)", answer, StringComparison.Ordinal);
        Assert.EndsWith("\nPage: http://x/", answer, StringComparison.Ordinal);
        Assert.DoesNotContain('`', answer);
        Assert.Contains("- \"line 0  ignore    all\"\n", answer.Replace("    all   ", "    all", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}

/// <summary>The program over the fixtures, and a client of the protocol; the tests of a class only ask.</summary>
public sealed class McpWeb : IAsyncLifetime
{
    internal WebHost Host { get; } = new(TimeProvider.System, (Fixture.Root, Fixture.Owner));

    public McpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var http = Host.Program();
        await Host.IdleAsync();
        var options = new HttpClientTransportOptions { Endpoint = new Uri(http.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp };
        Client = await McpClient.CreateAsync(new HttpClientTransport(options, http));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Host.DisposeAsync();
    }
}
