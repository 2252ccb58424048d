using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>One line of a transcript, parsed whole. The plainest possible reading of the format; shares nothing with the reader under test.</summary>
internal sealed class NaiveLine
{
    public required string Session { get; init; }
    public required string Owner { get; init; }
    public required string? Agent { get; init; }
    public required bool IsSidechain { get; init; }
    public required JsonElement Json { get; init; }
    public long? At { get; init; }

    public string Type => Text("type") ?? "";
    public string? Uuid => Text("uuid");
    public string? Cwd => Text("cwd");
    public string? RequestRef => Text("requestRef");

    /// <summary>The session that the line names, where the file is another's.</summary>
    public string? MadeBy => Text("sessionId") is { Length: > 0 } id && id != Session ? id : null;

    /// <summary>The session that the line says it comes from.</summary>
    public string? CopiedFrom => (Object(Json, "forkedFrom") is { } fork && Text(fork, "sessionId") is { Length: > 0 } origin ? origin : MadeBy) is { } from
        && from != Session ? from : null;

    public string? Text(string name) => Text(Json, name);

    public bool Flag(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public JsonElement? Message => Object(Json, "message");

    public IEnumerable<JsonElement> Blocks => Message is { } m && m.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
        ? content.EnumerateArray().Where(b => b.ValueKind == JsonValueKind.Object) : [];

    public string? FirstText
    {
        get
        {
            if (Message is { } m && Text(m, "content") is { } whole) return whole;
            return Blocks.Where(b => Text(b, "type") == "text").Select(b => Text(b, "text")).FirstOrDefault();
        }
    }

    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        ? value.GetString() : null;

    public static JsonElement? Object(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
        ? value : null;

    public static long Number(JsonElement? json, string name) => json is { } j && j.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    /// <summary>All lines of all transcripts below the roots, file by file; what is not a JSON object is left out.</summary>
    public static List<NaiveLine> ReadAll(IEnumerable<(string Root, string Owner)> roots)
    {
        var lines = new List<NaiveLine>();
        foreach (var (root, owner) in roots)
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(root, "projects"), "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (Path.GetFileName(path) != "journal.jsonl") lines.AddRange(Read(path, owner));
            }
        }
        return lines;
    }

    public static IEnumerable<NaiveLine> Read(string path, string owner)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var agent = name.StartsWith("agent-", StringComparison.Ordinal) ? name["agent-".Length..] : null;
        var parts = path.Split('/', '\\');
        var subagents = Array.IndexOf(parts, "subagents");
        var session = agent is null && Guid.TryParse(name, out _) ? name : agent is not null && subagents > 0 ? parts[subagents - 1] : null;
        foreach (var text in File.ReadAllText(path).Split('\n'))
        {
            if (text.Trim().Length == 0) continue;
            JsonElement json;
            try
            {
                json = JsonDocument.Parse(text.TrimEnd('\r')).RootElement;
            }
            catch (JsonException)
            {
                continue;
            }
            if (json.ValueKind != JsonValueKind.Object || Text(json, "type") is null) continue;
            if ((session ?? Text(json, "sessionId")) is not { Length: > 0 } owning) continue;
            yield return new NaiveLine
            {
                Session = owning, Owner = owner, Json = json, Agent = agent ?? Text(json, "agentId"),
                IsSidechain = agent is not null || json.TryGetProperty("isSidechain", out var side) && side.ValueKind == JsonValueKind.True,
                At = Text(json, "timestamp") is { } time ? DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)
                    .ToUnixTimeMilliseconds() : null,
            };
        }
    }
}

/// <summary>A thing that counts, with every session whose files hold a line of it.</summary>
internal abstract class NaiveItem
{
    public required string Key { get; init; }
    public required long At { get; init; }
    /// <summary>Its own folder, and then the project that it counts in.</summary>
    public required string? Project { get; set; }
    public required string? RequestRef { get; init; }
    public required IReadOnlyList<NaiveHolder> Sessions { get; init; }
    public string Conversation { get; set; } = "";
    public string User { get; set; } = "";
    public virtual string? Model => null;
}

internal sealed class NaivePrompt : NaiveItem
{
    public required string? Text { get; init; }
    public long? AnsweredAt { get; set; }
    public long? ResponseMs => AnsweredAt - At;
}

internal sealed class NaiveResponse : NaiveItem
{
    public required long LastAt { get; init; }
    public required bool IsMain { get; init; }
    public required bool IsMessage { get; init; }
    public required string? Model1 { get; init; }
    public required long Input { get; init; }
    public required long Output { get; init; }
    public required long Write5m { get; init; }
    public required long Write1h { get; init; }
    public required long Read { get; init; }
    public required long? Cost { get; init; }
    public override string? Model => Model1;
    public long Tokens => Input + Output + Write5m + Write1h + Read;
}

internal sealed class NaiveTool : NaiveItem
{
    public required string Name { get; init; }
    public required bool IsCalled { get; init; }
    public required bool Failed { get; init; }
    public required long? ResultAt { get; init; }
    public required long? LastResultAt { get; init; }
    public required long Cost { get; init; }
    public required string? Model1 { get; init; }
    public override string? Model => Model1;
}

internal sealed class NaiveError : NaiveItem;
