using System.Globalization;
using System.Text.Json;

namespace Observatory.Tests.Benchmarks.Scale;

internal enum ScaleKind
{
    Usage,
    Prompt,
    Answer,
    Tool,
    Activity,
}

/// <summary>One event as it is sent, and as a plain row for whoever counts raw rows.</summary>
/// <param name="At">Unix ms.</param>
/// <param name="Tool">Number of the tool; -1 = none.</param>
/// <param name="Ms">Of a tool call.</param>
internal readonly record struct ScaleEvent(
    long Number, ScaleKind Kind, long At, int Conversation, int User, int Project,
    int Model = -1, int Input = 0, int Output = 0, int Write = 0, int Read = 0, int Tool = -1, bool Failed = false, int Ms = 0);

/// <summary>
/// Events of a busy company, the same for the same parameters: conversations of two hours side by side, each of one user, one project and mostly one model, in
/// order of time and evenly over the days.
/// </summary>
internal sealed class ScaleLoad(long events, int days, int users, int projects, int models, int perConversation, DateTimeOffset end)
{
    private const double HoursOfConversation = 2;

    private static readonly string[] s_models =
    [
        "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5-20251001", "claude-opus-4-8", "claude-opus-5", "claude-sonnet-5", "claude-sonnet-4-6",
        "claude-fable-5",
    ];

    private static readonly string[] s_tools =
    [
        "Bash", "Read", "Edit", "Write", "Grep", "Glob", "Task", "WebFetch", "WebSearch", "TodoWrite", "NotebookEdit", "MultiEdit", "LS", "Skill",
        "mcp__jira__search", "mcp__github__get_file", "mcp__db__query", "KillShell",
    ];

    private readonly Random _random = new(28);
    private readonly long _step = days * 86_400_000L / Math.Max(1, events);
    private readonly long _start = end.ToUnixTimeMilliseconds() - days * 86_400_000L;
    private readonly (int Number, int Left)[] _open =
        new (int, int)[Math.Max(2, (int)(events / (double)perConversation * HoursOfConversation / (days * 24)))];
    private int _conversations;
    private long _made;

    public static int Tools => s_tools.Length;

    public int Conversations => _conversations;

    public long Left => events - _made;

    public static string NameOfModel(int model) =>
        model < s_models.Length ? s_models[model] : string.Create(CultureInfo.InvariantCulture, $"claude-opus-4-8-team{model:000}");

    public static string NameOfTool(int tool) => s_tools[tool];

    public ScaleEvent Next()
    {
        var slot = _random.Next(_open.Length);
        if (_open[slot].Left == 0) _open[slot] = (_conversations++, perConversation);
        _open[slot].Left--;
        var conversation = _open[slot].Number;
        var number = _made++;
        // A step of its own for each slot and place, so that users meet all projects.
        var (user, project) = ((int)(conversation * 7L % users), (int)(conversation * 11L / 3 % projects));
        var model = _random.Next(10) == 0 ? _random.Next(models) : (int)(conversation * 5L % models);
        var kind = (int)(number % 20) switch
        {
            < 9 => ScaleKind.Usage, < 12 => ScaleKind.Prompt, < 15 => ScaleKind.Answer, < 19 => ScaleKind.Tool, _ => ScaleKind.Activity,
        };
        var at = _start + number * _step + _random.Next((int)Math.Max(1, _step));
        var plain = new ScaleEvent(number, kind, at, conversation, user, project);
        return kind switch
        {
            ScaleKind.Usage => plain with
            {
                Model = model, Input = _random.Next(200), Output = _random.Next(2_000), Write = _random.Next(20_000), Read = _random.Next(100_000),
            },
            ScaleKind.Tool => plain with
            {
                Tool = _random.Next(s_tools.Length), Failed = _random.Next(12) == 0, Ms = (int)Math.Exp(_random.NextDouble() * 11),
            },
            _ => plain,
        };
    }

    /// <summary>One event a line.</summary>
    public byte[] NextBody(int count)
    {
        using var stream = new MemoryStream(count * 360);
        using var json = new Utf8JsonWriter(stream);
        for (var i = 0; i < count && Left > 0; i++)
        {
            Write(json, Next());
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
        return stream.ToArray();
    }

    private void Write(Utf8JsonWriter json, in ScaleEvent e)
    {
        json.WriteStartObject();
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"evt-{events:x}-{e.Number:x12}"));
        json.WriteString("type", e.Kind switch
        {
            ScaleKind.Usage => "token_usage", ScaleKind.Prompt or ScaleKind.Answer => "message_sent", ScaleKind.Tool => "tool_use", _ => "user_activity",
        });
        json.WriteString("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(e.At).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("conversationId", string.Create(CultureInfo.InvariantCulture, $"c{e.Conversation:00000000}-2800-4000-8000-{events:x12}"));
        json.WriteString("userId", string.Create(CultureInfo.InvariantCulture, $"user{e.User:0000}@example.test"));
        json.WriteString("project", string.Create(CultureInfo.InvariantCulture, $"/srv/work/team{e.Project % 20:00}/project{e.Project:0000}"));
        json.WriteStartObject("data");
        switch (e.Kind)
        {
            case ScaleKind.Usage:
                json.WriteString("model", NameOfModel(e.Model));
                json.WriteNumber("inputTokens", e.Input);
                json.WriteNumber("outputTokens", e.Output);
                json.WriteNumber("cacheCreationTokens", e.Write);
                json.WriteNumber("cacheReadTokens", e.Read);
                break;
            case ScaleKind.Prompt or ScaleKind.Answer:
                json.WriteString("messageId", string.Create(CultureInfo.InvariantCulture, $"msg-{e.Number:x}"));
                json.WriteString("role", e.Kind == ScaleKind.Prompt ? "user" : "assistant");
                json.WriteNumber("messageLength", 40 + e.Number % 2_000);
                break;
            case ScaleKind.Tool:
                json.WriteString("tool", s_tools[e.Tool]);
                json.WriteBoolean("success", !e.Failed);
                json.WriteNumber("durationMs", e.Ms);
                break;
            default:
                json.WriteString("activity", "opened");
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
