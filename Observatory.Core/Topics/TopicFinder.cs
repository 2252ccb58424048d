using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics;
using Observatory.Core.Privacy;
using Observatory.Core.Storage;

namespace Observatory.Core.Topics;

/// <summary>What people talk about. Thread-safe.</summary>
public interface ITopics
{
    /// <summary>Best first. Empty where texts are not kept.</summary>
    Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default);

    /// <summary>What sets each user apart from the others, best first, by user id. Nobody without a text is named.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetUserTopicsAsync(MetricsQuery query, int each, CancellationToken cancel = default);
}

/// <summary>
/// Reads the prompts of a range: those that the filter lets through are asked for, the others are what they are set apart from. Whatever is kept of
/// a text, what redaction would remove is removed before a word of it is looked at.
/// </summary>
internal sealed class TopicFinder(IReadSnapshots snapshots, NameCatalog names) : ITopics
{
    /// <summary>The newest of a range: more of them change no topic.</summary>
    private const int MostPrompts = 20_000;

    /// <summary>Characters of a prompt; behind that people paste.</summary>
    private const int LongestText = 2_000;

    private readonly Redactor _redactor = new();

    public async Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default) =>
        TopicExtractor.Of((await ReadAsync(query, cancel).ConfigureAwait(false)).Select(t => t.Text), limit);

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetUserTopicsAsync(
        MetricsQuery query, int each, CancellationToken cancel = default)
    {
        var read = await ReadAsync(query, cancel).ConfigureAwait(false);
        var found = TopicExtractor.ByGroup(read.Where(t => t.Text.IsInside).Select(t => (t.User, t.Text)), each);
        return found.Where(f => names.Text(f.Key) is { Length: > 0 }).ToDictionary(f => names.Text(f.Key)!, f => f.Value, StringComparer.Ordinal);
    }

    /// <summary>With the person whose text it is.</summary>
    private async Task<List<(int User, TopicText Text)>> ReadAsync(MetricsQuery query, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Filter, names);
        var (start, end) = (query.Range.Start, query.Range.End);
        var rows = snapshot.Db.Prompts.Where(p => p.At >= start && p.At < end && !p.IsVoid && p.Length >= 0 && p.TextId != null)
            .OrderByDescending(p => p.At).ThenBy(p => p.Id).Take(MostPrompts)
            .Join(snapshot.Db.Texts, p => p.TextId, t => t.Id, (p, t) => new { p.ConversationId, p.UserId, p.ProjectId, p.Sources, t.Body });
        var texts = new List<(int, TopicText)>();
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
        {
            if (!filter.IsWithin(row.ProjectId)) continue;
            // Cut twice: a secret that the first cut tears apart lies behind the second.
            if (_redactor.Redact(Beginning(row.Body, 4 * LongestText)) is not { } text) continue;
            var isInside = filter.Matches(row.UserId, row.ProjectId, 0, row.Sources);
            texts.Add((filter.Person(row.UserId), new TopicText(row.ConversationId, Beginning(text, LongestText), isInside)));
        }
        return texts;
    }

    private static string Beginning(string text, int length) => text.Length <= length ? text : text[..length];
}
