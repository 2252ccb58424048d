using Microsoft.EntityFrameworkCore;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

internal sealed partial class MetricsCalculator
{
    /// <summary>A clock of a sender may be so much ahead.</summary>
    private const long Ahead = BucketClock.Day;

    /// <summary>Nothing is older.</summary>
    private const long Oldest = 60L * 366 * BucketClock.Day;

    public async Task<IReadOnlyList<ConversationNews>> GetNewsAsync(NewsQuery query, CancellationToken cancel = default)
    {
        if (query.Sessions.Count == 0 || query is { FirstPrompt: Commit.NoneNew, FirstResponse: Commit.NoneNew }) return [];
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var db = snapshot.Db;
        var filter = new IdFilter(query.Filter, names);
        var wanted = query.Sessions.ToArray();
        var touched = await db.Conversations.Where(c => EF.Parameter(wanted).Contains(c.SessionId)).OrderBy(c => c.Id).ToListAsync(cancel)
            .ConfigureAwait(false);
        var found = new List<(ConversationEntity Row, List<NewMessage> Messages)>();
        foreach (var conversation in touched)
        {
            var messages = reads.NewMessages(db, conversation.Id, query.FirstPrompt, query.FirstResponse, filter.Matches, cancel)
                .Select(m => new NewMessage(KeyOf(m), new MessageRow(
                    FactsOf(m.Item.Facts), m.Item.Figures is { } figures ? UsageOf(figures) : null, null))).ToList();
            if (messages.Count > 0) found.Add((conversation, messages));
        }
        var born = found.Where(f => f.Row.UserMessages + f.Row.AssistantMessages == f.Messages.Count).Select(f => f.Row).ToList();
        var rows = (await ToRowsAsync(db, born, cancel).ConfigureAwait(false)).ToDictionary(r => r.Id, StringComparer.Ordinal);
        return [.. found.Select(f => new ConversationNews(f.Row.SessionId, rows.GetValueOrDefault(f.Row.SessionId), f.Messages))];
    }

    public async Task<IReadOnlyList<MessageRow>> GetLastMessagesAsync(int count, CancellationToken cancel = default)
    {
        await using var snapshot = await OpenAsync(cancel).ConfigureAwait(false);
        var found = new List<MessageRow>();
        var (start, now) = (Now, Now);
        var end = now + Ahead;
        // Steps back in time that grow: of what is dense only minutes are read, of what is old no day is missed.
        for (var step = 5 * BucketClock.Minute; found.Count < count && now - start < Oldest; step *= 4)
        {
            start = end - (end > now ? Ahead + step : step);
            var part = new Queue<MessageItem>();
            foreach (var item in reads.Messages(snapshot.Db, start, end, static (_, _, _, _) => true, cancel))
            {
                part.Enqueue(item);
                if (part.Count > count) part.Dequeue();
            }
            found.InsertRange(0, part.Select(m => new MessageRow(FactsOf(m.Facts), m.Figures is { } figures ? UsageOf(figures) : null, null)));
            end = start;
        }
        return found.Count > count ? found[^count..] : found;
    }

    /// <summary>Numbers of prompts and answers are counted apart.</summary>
    private static long KeyOf(NumberedMessage message) => 2L * message.Id + (message.Item.Figures is null ? 0 : 1);
}
