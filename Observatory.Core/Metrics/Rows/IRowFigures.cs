namespace Observatory.Core.Metrics.Rows;

/// <summary>Rows one by one, however many, and the figures of each bucket: what tables and files are made of. Thread-safe.</summary>
public interface IRowFigures
{
    /// <summary>All rows of a list behind <see cref="ConversationListQuery.Skip"/>; the limit is not asked.</summary>
    Task<RowSet<ConversationRow>> OpenConversationsAsync(ConversationListQuery query, CancellationToken cancel = default);

    /// <summary>The messages that <see cref="OverviewFigures.TotalMessages"/> counts, as far as their rows are there, by time.</summary>
    Task<RowSet<MessageRow>> OpenMessagesAsync(MetricsQuery query, CancellationToken cancel = default);

    /// <summary>
    /// Reports of usage, as far as their rows are there, by time: responses, calls and parts of calls, and what searches cost beside them. Tokens and cost add
    /// up to those of the overview, but for sessions that only points of the token metric tell of.
    /// </summary>
    Task<RowSet<CallRow>> OpenCallsAsync(MetricsQuery query, CancellationToken cancel = default);

    /// <summary>Events that count in no figure of their own, by time.</summary>
    Task<RowSet<StoredEventRow>> OpenEventsAsync(MetricsQuery query, CancellationToken cancel = default);

    /// <summary>What was written since, of the conversations that are named; those of which nothing is new are left out.</summary>
    Task<IReadOnlyList<ConversationNews>> GetNewsAsync(NewsQuery query, CancellationToken cancel = default);

    /// <summary>The last messages, as far as their rows are there, newest last; without texts.</summary>
    /// <param name="count">At most so many.</param>
    Task<IReadOnlyList<MessageRow>> GetLastMessagesAsync(int count, CancellationToken cancel = default);

    /// <summary>The overview figures of each bucket of the interval, empty ones too.</summary>
    Task<IReadOnlyList<BucketFigures>> GetBucketsAsync(MetricsQuery query, CancellationToken cancel = default);
}

/// <param name="Sessions">Ids of conversations.</param>
/// <param name="FirstPrompt">The least number of a new prompt.</param>
/// <param name="FirstResponse">The least number of a new answer.</param>
public sealed record NewsQuery(IReadOnlyCollection<string> Sessions, int FirstPrompt, int FirstResponse)
{
    public MetricsFilter Filter { get; init; } = MetricsFilter.None;
}

/// <param name="Row">The conversation itself, where all of its messages are new: it was not there before.</param>
/// <param name="Messages">By time, without texts.</param>
public sealed record ConversationNews(string Session, ConversationRow? Row, IReadOnlyList<NewMessage> Messages);

/// <param name="Key">Tells messages apart.</param>
public sealed record NewMessage(long Key, MessageRow Row);

/// <param name="Start">Of the bucket in the reader's zone, also where it lies before the range.</param>
public sealed record BucketFigures(DateTimeOffset Start, DateTimeOffset End, OverviewFigures Figures);

/// <summary>What a row belongs to.</summary>
/// <param name="Project">Shortest unique tail of its path.</param>
/// <param name="Sources">The whole set that it is known through: <c>otlp+transcript</c>.</param>
public sealed record RowFacts(DateTimeOffset Timestamp, string? ConversationId, string? UserId, string? Project, string? Model, string Sources);

/// <param name="Cost">USD, null = the model has no price.</param>
public sealed record RowUsage(long InputTokens, long OutputTokens, long CacheCreationTokens, long CacheReadTokens, decimal? Cost);

/// <param name="Usage">Null = a prompt.</param>
/// <param name="Text">As far as it is kept.</param>
public sealed record MessageRow(RowFacts Facts, RowUsage? Usage, string? Text);

public sealed record CallRow(RowFacts Facts, RowUsage Usage);

/// <param name="Data">JSON object; null where no text is kept.</param>
public sealed record StoredEventRow(RowFacts Facts, string Type, string? Data);
