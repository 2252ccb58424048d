using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Pricing;

namespace Observatory.Tests.Support;

/// <summary>
/// A second, deliberately simple implementation of the definitions over all lines of all files at once: no batches, no merging, no roll-ups.
/// Of the program it uses the price book alone.
/// </summary>
internal sealed class NaiveRecount
{
    private static readonly string[] s_notPrompts =
    [
        "<local-command-", "<command-name>", "<bash-input>", "<bash-stdout>", "<bash-stderr>", "<bash-notification>", "<task-notification>",
            "<agent-notification>", "<teammate-message",
        "<system-reminder>", "<user-memory-input>", "<cross-session-message", "<channel ", "<tick>", "[Request interrupted",
            "Another Claude session sent a message:",
    ];

    private readonly List<NaiveLine> _lines;

    public NaiveRecount(params (string Root, string Owner)[] roots) : this(NaiveLine.ReadAll(roots))
    {
    }

    public NaiveRecount(List<NaiveLine> lines)
    {
        _lines = lines;
        Prompts = FindPrompts();
        Responses = FindResponses();
        Tools = FindTools();
        Errors = FindErrors();
        var owners = new NaiveOwners(lines);
        owners.Judge([.. Items]);
        var users = lines.GroupBy(l => l.Session).ToDictionary(g => g.Key, g => g.First().Owner);
        // A session that is known by copies alone is whose the copies are.
        foreach (var line in lines.Where(l => l.CopiedFrom is not null)) users.TryAdd(line.CopiedFrom!, line.Owner);
        Starts = StartsOf(lines);
        foreach (var item in Items)
        {
            item.Project = ProjectOf(item.Project, Starts.GetValueOrDefault(item.Conversation));
            item.User = users[item.Conversation];
        }
        Conversations = [.. Items.Where(i => i is NaivePrompt or NaiveResponse { IsMessage: true }).Select(i => i.Conversation).Distinct()
            .Order(StringComparer.Ordinal)
            .Select(id => new NaiveConversation(id, this))];
    }

    /// <summary>By conversation: the folder that the earliest line it made names, wherever that line is kept.</summary>
    public IReadOnlyDictionary<string, string> Starts { get; }

    public List<NaivePrompt> Prompts { get; }

    /// <summary>Messages, and the calls that are none (advisors).</summary>
    public List<NaiveResponse> Responses { get; }

    public List<NaiveTool> Tools { get; }

    public List<NaiveError> Errors { get; }

    public List<NaiveConversation> Conversations { get; }

    public IEnumerable<NaiveItem> Items => Prompts.Cast<NaiveItem>().Concat(Responses).Concat(Tools).Concat(Errors);

    /// <summary>Figures of a range of instants, of the items that pass.</summary>
    public NaiveFigures In(DateTimeOffset start, DateTimeOffset end, Func<NaiveItem, bool>? which = null) =>
        new(this, start.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), which ?? (_ => true));

    public NaiveFigures All() => In(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    private static Dictionary<string, string> StartsOf(List<NaiveLine> lines) => lines
        .Where(l => l.At is not null && !string.IsNullOrEmpty(l.Cwd) && (l.CopiedFrom is null || l.CopiedFrom == l.MadeBy))
        .GroupBy(l => l.MadeBy ?? l.Session)
        .ToDictionary(g => g.Key, g => Repository(g.OrderBy(l => l.At).ThenBy(l => l.Cwd, StringComparer.Ordinal).First().Cwd!));

    private static string? ProjectOf(string? folder, string? start) =>
        string.IsNullOrEmpty(folder) || start is not null && (Repository(folder) + "/").StartsWith(start + "/", StringComparison.Ordinal)
            ? start : Repository(folder);

    private static string Repository(string folder) => folder.Split("/.claude/worktrees/")[0];

    private List<NaivePrompt> FindPrompts() => [.. _lines.Where(IsPrompt).GroupBy(l => l.Uuid!).Select(g =>
    {
        var first = g.MinBy(l => l.At)!;
        return new NaivePrompt { Key = g.Key, At = first.At!.Value, Project = first.Cwd, RequestRef = Ref(g), Sessions = SessionsOf(g),
            Text = first.FirstText };
    })];

    private static bool IsPrompt(NaiveLine line)
    {
        if (line.Type != "user" || line.Uuid is null || line.At is null || line.Message is null) return false;
        if (line.IsSidechain || line.Flag("isMeta") || line.Flag("isCompactSummary")) return false;
        if (line.Blocks.Any(b => NaiveLine.Text(b, "type") == "tool_result")) return false;
        var text = line.FirstText ?? "";
        if (text.Length == 0 && !line.Blocks.Any(b => NaiveLine.Text(b, "type") == "image")) return false;
        return !s_notPrompts.Any(mark => text.TrimStart().StartsWith(mark, StringComparison.Ordinal));
    }

    private List<NaiveResponse> FindResponses()
    {
        var lines = _lines.Where(l => l is { Type: "assistant", At: not null, Message: not null } && !IsSynthetic(l)).ToList();
        var all = new List<NaiveResponse>();
        foreach (var message in lines.GroupBy(l => NaiveLine.Text(l.Message!.Value, "id") ?? "line " + l.Uuid))
        {
            Add(message.Key, [.. message], l => NaiveLine.Object(l.Message!.Value, "usage"), l => NaiveLine.Text(l.Message!.Value, "model"), true);
            var advisors = message.SelectMany(l => Advisors(l).Select((json, index) => (Line: l, Json: json, Index: index))).GroupBy(a => a.Index);
            foreach (var advisor in advisors)
            {
                var json = advisor.ToDictionary(a => a.Line, a => a.Json);
                Add($"{message.Key}/{advisor.Key}", [.. json.Keys], l => json[l], l => NaiveLine.Text(json[l], "model"), false);
            }
        }
        return all;

        void Add(string key, List<NaiveLine> of, Func<NaiveLine, JsonElement?> usage, Func<NaiveLine, string?> model, bool isMessage) =>
            all.AddRange(NaiveResponses.Of(of, usage).Select(group => Response($"{key}/{group.MinBy(l => l.At)!.Uuid}", group, usage, model, isMessage)));
    }

    private static IEnumerable<JsonElement> Advisors(NaiveLine line) =>
        NaiveLine.Object(line.Message!.Value, "usage") is { } usage && usage.TryGetProperty("iterations", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object && NaiveLine.Text(i, "type") == "advisor_message") : [];

    private static NaiveResponse Response(string key, List<NaiveLine> lines, Func<NaiveLine, JsonElement?> usage, Func<NaiveLine, string?> model,
        bool isMessage)
    {
        var first = lines.MinBy(l => l.At)!;
        var last = lines.Where(l => model(l) is not null).OrderBy(l => l.At).LastOrDefault() ?? first;
        long Most(string name) => lines.Max(l => NaiveLine.Number(usage(l), name));
        long MostWrites(string name) => lines.Max(l => NaiveLine.Number(usage(l) is { } u ? NaiveLine.Object(u, "cache_creation") : null, name));
        var latest = lines.OrderBy(l => l.At).Last();
        string? Setting(string name) => usage(latest) is { } u ? NaiveLine.Text(u, name) : null;
        var (write5m, write1h) = (MostWrites("ephemeral_5m_input_tokens"), MostWrites("ephemeral_1h_input_tokens"));
        write5m = Math.Max(Most("cache_creation_input_tokens"), write5m + write1h) - write1h;
        var tokens = new TokenUsage(Most("input_tokens"), Most("output_tokens"), write5m, write1h, Most("cache_read_input_tokens"));
        return new NaiveResponse
        {
            Key = key, At = first.At!.Value, LastAt = lines.Max(l => l.At!.Value), Project = first.Cwd, RequestRef = Ref(lines), Sessions = SessionsOf(lines),
            IsMain = lines.Any(l => !l.IsSidechain), IsMessage = isMessage, Model1 = model(last),
            Input = tokens.Input, Output = tokens.Output, Write5m = write5m, Write1h = write1h, Read = tokens.CacheRead,
            Cost = tokens.Total == 0 ? 0 : PriceBook.Default.Price(model(last), first.At!.Value, tokens, Setting("speed"), Setting("service_tier"),
                Setting("inference_geo")),
        };
    }

    private List<NaiveTool> FindTools()
    {
        var calls = _lines.Where(l => l is { Type: "assistant", At: not null } && !IsSynthetic(l))
            .SelectMany(l => l.Blocks.Where(b => NaiveLine.Text(b, "type") == "tool_use" && NaiveLine.Text(b, "id") is not null)
                .Select(b => (Id: NaiveLine.Text(b, "id")!, Block: b, Line: l)))
            .ToLookup(c => c.Id);
        var results = _lines.Where(l => l is { Type: "user", At: not null, Uuid: not null })
            .SelectMany(l => l.Blocks.Where(b => NaiveLine.Text(b, "type") == "tool_result" && NaiveLine.Text(b, "tool_use_id") is not null)
                .Select(b => (Id: NaiveLine.Text(b, "tool_use_id")!, Block: b, Line: l)))
            .ToLookup(r => r.Id);
        return [.. calls.Select(c => c.Key).Union(results.Select(r => r.Key)).Select(id =>
        {
            var lines = calls[id].Select(c => c.Line).Concat(results[id].Select(r => r.Line)).ToList();
            var call = calls[id].OrderBy(c => c.Line.At).FirstOrDefault();
            var first = call.Line ?? lines.MinBy(l => l.At)!;
            var name = call.Line is null ? "" : NaiveLine.Text(call.Block, "name") ?? "unknown";
            var searches = name == "WebSearch" ? results[id].Select(r => NaiveLine.Number(NaiveLine.Object(r.Line.Json, "toolUseResult"), "searchCount"))
                .DefaultIfEmpty().Max() : 0;
            return new NaiveTool
            {
                Key = id, At = first.At!.Value, Project = first.Cwd, RequestRef = Ref(lines), Sessions = SessionsOf(lines), IsCalled = call.Line is not null,
                Name = name, Model1 = call.Line?.Message is { } m ? NaiveLine.Text(m, "model") : null,
                Failed = results[id].Any(r => r.Block.TryGetProperty("is_error", out var error) && error.ValueKind == JsonValueKind.True),
                ResultAt = results[id].Min(r => r.Line.At), LastResultAt = results[id].Max(r => r.Line.At), Cost = PriceBook.Default.SearchPrice((int)searches),
            };
        })];
    }

    private List<NaiveError> FindErrors() => [.. _lines.Where(IsError).GroupBy(l => l.Uuid!).Select(g =>
    {
        var first = g.MinBy(l => l.At)!;
        return new NaiveError { Key = g.Key, At = first.At!.Value, Project = first.Cwd, RequestRef = Ref(g), Sessions = SessionsOf(g) };
    })];

    private static bool IsError(NaiveLine line)
    {
        if (line.Uuid is null || line.At is null) return false;
        if (line.Type == "system") return line.Text("subtype") == "api_error";
        return line.Type == "assistant" && IsSynthetic(line) && NaiveLine.Number(line.Json, "apiErrorStatus") > 0;
    }

    private static bool IsSynthetic(NaiveLine line) =>
        line.Flag("isApiErrorMessage") || line.Message is { } message && NaiveLine.Text(message, "model") == "<synthetic>";

    private static string? Ref(IEnumerable<NaiveLine> lines) => lines.Select(l => l.RequestRef).OfType<string>().FirstOrDefault();

    private static List<NaiveHolder> SessionsOf(IEnumerable<NaiveLine> lines) => NaiveHolder.Of(lines);
}
