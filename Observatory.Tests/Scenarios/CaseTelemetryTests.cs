using System.Text;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Small inputs of telemetry and hooks that were counted wrong (Fixtures/cases), and others of their kinds.</summary>
public sealed class CaseTelemetryTests
{
    private const string Session = "00000099-aaaa-4bbb-8ccc-000000000001";

    [Fact]
    public async Task A_helper_of_a_client_to_come_is_no_message()
    {
        await using var core = await CaseCore.StartAsync();
        await core.SendLogsAsync(Logs("61-auxiliary-source"));
        var figures = await core.FiguresAsync();
        Assert.Equal((1, 173), (figures.AssistantMessages, figures.Input));
    }

    [Fact]
    public async Task Refused_tools_are_failed_calls()
    {
        await using var core = await CaseCore.StartAsync();
        await core.SendLogsAsync(Logs("62-refused-tools-otlp"));
        var figures = await core.FiguresAsync();
        Assert.Equal((3, 2), (figures.ToolCalls, figures.ToolErrors));
    }

    [Theory]
    [InlineData("63-hooks-machine-prompts", 1)]
    [InlineData("64-hooks-queued-prompts", 3)]
    public async Task Hooks_hold_the_one_rule_of_what_is_a_prompt(string name, int prompts)
    {
        await using var core = await CaseCore.StartAsync();
        await core.SendHooksAsync(Path.Combine(CaseCore.Folder(name), "hooks.jsonl"));
        Assert.Equal(prompts, (await core.FiguresAsync()).UserMessages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failures_of_two_sources_are_united_by_request_with_the_larger_attempt(bool linesFirst)
    {
        const string Name = "65-failed-calls-two-sources";
        await using var core = await CaseCore.StartAsync();
        if (linesFirst) await core.ReadAsync(CaseCore.Files(Name));
        await core.SendLogsAsync(Logs(Name));
        if (!linesFirst) await core.ReadAsync(CaseCore.Files(Name));
        Assert.Equal(6.0 / 7, (await core.FiguresAsync()).ErrorRate!.Value, 9);
    }

    [Theory]
    [InlineData("<task-notification>", 0)]
    [InlineData("  <local-command-stdout>x", 0)]
    [InlineData("<command-name>/clear</command-name>", 0)]
    [InlineData("<bash-input>ls</bash-input>", 0)]
    [InlineData("[Request interrupted by user]", 0)]
    [InlineData("continue", 3)]
    public async Task Equal_hooks_without_an_id_are_different_events_and_a_mark_before_them_is_none(string prompt, int expected)
    {
        await using var core = await CaseCore.StartAsync();
        static string Hook(string name, string more) => $$"""{"hook_event_name":"{{name}}","session_id":"{{Session}}",{{more}}}""";
        for (var i = 0; i < 3; i++) await HookAsync(core, Hook("UserPromptSubmit", $"\"prompt\":\"{prompt}\""), mark: i == 1);
        for (var i = 0; i < 2; i++) await HookAsync(core, Hook("PostToolUse", "\"tool_name\":\"Bash\""), mark: i == 1);
        for (var i = 0; i < 2; i++) await HookAsync(core, Hook("PostToolUse", "\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\""), mark: false);
        var figures = await core.FiguresAsync();
        Assert.Equal((expected, 3), (figures.UserMessages, figures.ToolCalls));
    }

    [Fact]
    public async Task What_has_no_session_counts_by_itself_and_replaces_nothing()
    {
        await using var core = await CaseCore.StartAsync();
        await core.SendMetricsAsync(Points("a@example.test", 1_000, 1), Points("b@example.test", 500, 2));
        Assert.Equal(1_500, (await core.FiguresAsync()).Tokens);
        await core.SendLogsAsync(Record("c@example.test", "api_request", "input_tokens=107", 3));
        await core.SendMetricsAsync(Points("a@example.test", 2_000, 4));
        Assert.Equal(3_607, (await core.FiguresAsync()).Tokens);
        // Prompts of a program, of a stranger's telemetry, of a hook and of a transcript stand side by side.
        await core.SendEventsAsync(Encoding.UTF8.GetBytes("""
            [{"id":"1","type":"message_sent","timestamp":"2026-11-20T10:00:00Z","userId":"d","data":{"messageId":"m1","role":"user"}},
             {"id":"2","type":"message_sent","timestamp":"2026-11-20T10:00:01Z","userId":"d","data":{"messageId":"m2","role":"user"}},
             {"id":"3","type":"tool_use","timestamp":"2026-11-20T10:00:01Z","userId":"d","data":{"tool":"Bash"}}]
            """));
        Assert.Equal((2, 1), ((await core.FiguresAsync()).UserMessages, (await core.FiguresAsync()).ToolCalls));
        await core.SendLogsAsync(Record("c@example.test", "user_prompt", "prompt=hello", 5));
        await core.SendLogsAsync(Record("c@example.test", "tool_result", "tool_name=Read", 6));
        await core.SendLogsAsync(Record("c@example.test", "api_error", "status_code=529", 7));
        await HookAsync(core, """{"hook_event_name":"UserPromptSubmit","prompt":"hi"}""", mark: false);
        await HookAsync(core, """{"hook_event_name":"StopFailure","error":"rate_limit"}""", mark: false);
        var figures = await core.FiguresAsync();
        Assert.Equal((4, 2, 3_607L), (figures.UserMessages, figures.ToolCalls, figures.Tokens));
        // Two failures, and the one call that is a message.
        Assert.Equal(2.0 / 3, figures.ErrorRate!.Value, 9);
        Assert.Empty(figures.Conversations);
    }

    [Fact]
    public async Task One_users_points_and_calls_without_a_session_are_the_same_tokens()
    {
        await using var core = await CaseCore.StartAsync();
        await core.SendMetricsAsync(Points("a@example.test", 107, 1), Points("b@example.test", 500, 2));
        await core.SendLogsAsync(Record("a@example.test", "api_request", "input_tokens=107", 1));
        await core.SendMetricsAsync(Points("a@example.test", 93, 3));
        Assert.Equal(607, (await core.FiguresAsync()).Tokens);
    }

    private static string Logs(string name) => Path.Combine(CaseCore.Folder(name), "otlp-logs-0.json");

    private static async Task HookAsync(CaseCore core, string body, bool mark) =>
        await core.Core.WriteAsync(HookReader.Read(Encoding.UTF8.GetBytes((mark ? "\uFEFF" : "") + body), "u", 1_795_000_000_000)!);

    private static byte[] Points(string user, int tokens, int second) => Encoding.UTF8.GetBytes($$$"""
        {"resourceMetrics":[{"scopeMetrics":[{"scope":{"name":"com.anthropic.claude_code"},"metrics":[{"name":"claude_code.token.usage",
        "sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[{
        "startTimeUnixNano":"{{{1_795_000_000 + second - 1}}}000000000","timeUnixNano":"{{{1_795_000_000 + second}}}000000000","asDouble":{{{tokens}}},
        "attributes":[{"key":"type","value":{"stringValue":"input"}},
        {"key":"model","value":{"stringValue":"claude-opus-5-5"}},{"key":"user.email","value":{"stringValue":"{{{user}}}"}}]}]}}]}]}]}
        """);

    private static byte[] Record(string user, string name, string attribute, int second) => Encoding.UTF8.GetBytes($$$"""
        {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[
        {"timeUnixNano":"{{{1_795_000_000 + second}}}000000000","attributes":[{"key":"event.name","value":{"stringValue":"{{{name}}}"}},
        {"key":"model","value":{"stringValue":"claude-opus-5-5"}},{"key":"user.email","value":{"stringValue":"{{{user}}}"}},
        {"key":"{{{attribute.Split('=')[0]}}}","value":{"stringValue":"{{{attribute.Split('=')[1]}}}"}}]}]}]}]}
        """);
}
