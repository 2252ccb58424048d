using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>Lines of transcripts for tests of what counts as one thing: each test says what matters and nothing else.</summary>
internal static class CaseLines
{
    public const string Day = "2026-11-10T10:";

    /// <param name="time">Minutes and seconds: <c>00:05.000</c>.</param>
    public static string User(string session, string uuid, string time, string text = "do the thing", string cwd = "/w/alpha") =>
        Json(new { type = "user", sessionId = session, uuid, timestamp = Day + time + "Z", cwd, message = new { role = "user", content = text } });

    /// <param name="id">Message id, null = none.</param>
    /// <param name="usage">Fields beside the four that every answer has.</param>
    public static string Answer(
        string session, string uuid, string time, string? id, string? request = null, long input = 100, long output = 10, long read = 0,
        bool side = false, object? content = null,
        string model = "claude-opus-4-8", string cwd = "/w/alpha", params (string Name, object Value)[] usage)
    {
        var figures = new Dictionary<string, object>
        {
            ["input_tokens"] = input, ["output_tokens"] = output, ["cache_creation_input_tokens"] = 0, ["cache_read_input_tokens"] = read,
        };
        foreach (var (name, value) in usage) figures[name] = value;
        var line = new Dictionary<string, object?>
        {
            ["type"] = "assistant", ["sessionId"] = session, ["uuid"] = uuid, ["timestamp"] = Day + time + "Z", ["cwd"] = cwd, ["isSidechain"] = side,
            ["message"] = new { id, role = "assistant", model, content = content ?? new[] { new { type = "text", text = "ok" } }, usage = figures },
        };
        if (request is not null) line["requestId"] = request;
        return Json(line);
    }

    public static object Tool(string id, string name = "Bash") => new[] { new { type = "tool_use", id, name, input = new { command = "make" } } };

    public static string Result(string session, string uuid, string time, string id, bool error = false) => Json(new
    {
        type = "user", sessionId = session, uuid, timestamp = Day + time + "Z", cwd = "/w/alpha",
        message = new { role = "user", content = new[] { new { type = "tool_result", tool_use_id = id, content = "done", is_error = error } } },
    });

    public static string Title(string session, string text) => Json(new { type = "custom-title", customTitle = text, sessionId = session });

    public static string Cost(string session, decimal total) => Json(new { type = "cost-state", sessionId = session, totalCostUSD = total });

    public static string Summary(string leaf, string text) => Json(new { type = "summary", summary = text, leafUuid = leaf });

    private static string Json(object line) => JsonSerializer.Serialize(line);
}
