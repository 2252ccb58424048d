using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>
/// Which lines of one message id are one response: the rule of section 2 over all lines at once. Lines of one request are; a side chain's go with the first
/// request of the main chain; lines without a request go together, and with a request, where some session's file holds both and the figures of their
/// prompts are equal. Lines without figures go with what they meet that ends at or after them, the first, or with the last.
/// </summary>
internal static class NaiveResponses
{
    private sealed class Part(List<NaiveLine> lines, Func<NaiveLine, JsonElement?> usage)
    {
        public List<NaiveLine> Lines { get; } = lines;
        public long At { get; } = lines.Min(l => l.At!.Value);
        public long LastAt { get; } = lines.Max(l => l.At!.Value);
        public bool IsSide { get; } = lines.All(l => l.IsSidechain);
        public (long, long, long) Prompt { get; } = PromptOf(lines, usage);
        public HashSet<string> Sessions { get; } = [.. NaiveHolder.Of(lines).Select(h => h.Session)];
    }

    /// <param name="lines">Of one message id.</param>
    /// <param name="usage">The figures of a line.</param>
    public static IEnumerable<List<NaiveLine>> Of(IReadOnlyCollection<NaiveLine> lines, Func<NaiveLine, JsonElement?> usage)
    {
        var requests = lines.Where(l => l.Text("requestId") is not null).GroupBy(l => l.Text("requestId")).Select(g => new Part([.. g], usage))
            .OrderBy(p => p.At).ToList();
        var nameless = new List<Part>();
        foreach (var line in lines.Where(l => l.Text("requestId") is null).GroupBy(l => l.Uuid))
        {
            var part = new Part([.. line], usage);
            foreach (var same in nameless.Where(p => IsOne(p, part)).ToList())
            {
                nameless.Remove(same);
                part = new Part([.. same.Lines, .. part.Lines], usage);
            }
            nameless.Add(part);
        }
        var first = requests.Find(r => !r.IsSide) ?? requests.FirstOrDefault();
        var wholes = requests.ToDictionary(r => r, r => r.IsSide ? first! : r);
        foreach (var part in nameless.Where(n => n.Prompt != default)) wholes[part] = requests.Find(r => Takes(r, part)) is { } to ? wholes[to] : part;
        var known = wholes.Keys.OrderBy(p => p.At).ToList();
        foreach (var part in nameless.Where(n => n.Prompt == default))
        {
            var near = known.FindAll(k => k.Sessions.Overlaps(part.Sessions));
            wholes[part] = (near.Find(k => k.LastAt >= part.At) ?? near.LastOrDefault()) is { } to ? wholes[to] : part;
        }
        return wholes.GroupBy(w => w.Value).Select(g => g.SelectMany(p => p.Key.Lines).ToList());
    }

    private static bool Takes(Part request, Part part) =>
        (request.Prompt == default || request.Prompt == part.Prompt) && request.Sessions.Overlaps(part.Sessions);

    private static bool IsOne(Part a, Part b) => a.Prompt == b.Prompt && a.Sessions.Overlaps(b.Sessions);

    private static (long, long, long) PromptOf(List<NaiveLine> lines, Func<NaiveLine, JsonElement?> usage)
    {
        var (field, split) = (Most(usage, "cache_creation_input_tokens"), Most(Split, "ephemeral_5m_input_tokens") + Most(Split, "ephemeral_1h_input_tokens"));
        return (Most(usage, "input_tokens"), Math.Max(field, split), Most(usage, "cache_read_input_tokens"));

        JsonElement? Split(NaiveLine line) => usage(line) is { } figures ? NaiveLine.Object(figures, "cache_creation") : null;

        long Most(Func<NaiveLine, JsonElement?> of, string name) => lines.Max(l => NaiveLine.Number(of(l), name));
    }
}
