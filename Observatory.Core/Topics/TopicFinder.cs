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

    public async Task<IReadOnlyList<TopicFigures>> GetTopicsAsync(MetricsQuery query, int limit, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        await names.RefreshAsync(snapshot.Db, cancel).ConfigureAwait(false);
        var filter = new IdFilter(query.Filter, names);
        var (start, end) = (query.Range.Start, query.Range.End);
        var rows = snapshot.Db.Prompts.Where(p => p.At >= start && p.At < end && !p.IsVoid && p.Length >= 0 && p.TextId != null)
            .OrderByDescending(p => p.At).ThenBy(p => p.Id).Take(MostPrompts)
            .Join(snapshot.Db.Texts, p => p.TextId, t => t.Id, (p, t) => new { p.ConversationId, p.UserId, p.ProjectId, p.Sources, t.Body });
        var texts = new List<TopicText>();
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel).ConfigureAwait(false))
        {
            // Cut twice: a secret that the first cut tears apart lies behind the second.
            if (_redactor.Redact(Beginning(row.Body, 4 * LongestText)) is not { } text) continue;
            texts.Add(new TopicText(row.ConversationId, Beginning(text, LongestText), filter.Matches(row.UserId, row.ProjectId, 0, row.Sources)));
        }
        return TopicExtractor.Of(texts, limit);
    }

    private static string Beginning(string text, int length) => text.Length <= length ? text : text[..length];
}
