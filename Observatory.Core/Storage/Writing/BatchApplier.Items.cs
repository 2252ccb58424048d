using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What becomes of each kind of event: a new row, or a row that knows more than before.</summary>
internal sealed partial class BatchApplier
{
    private static readonly EventSource[] s_meeting = [EventSource.Transcript, EventSource.Otlp, EventSource.Api, EventSource.Hook];

    private bool Apply(PromptEvent x, int conversation, EventBatch batch)
    {
        var row = Find(state.Prompts, x, batch, conversation, out var key);
        if (row is null)
        {
            row = state.Prompts.Add(key, isFound: !IsNamed(x));
            Fill(row, x, conversation, batch);
            (row.Length, row.HasCode) = (x.IsTakenBack ? PromptEntity.TakenBack : x.Length, x.HasCode);
            if (x.Text is { Length: > 0 } text) row.TextId = state.AddText(text);
            Meet(state.Prompts, row, x.Key, batch.Source, IsNamed(x));
            return true;
        }
        if (x.At < row.At || x.At == row.At && IsSmaller(x, row)) SetEarliest(row, x);
        Hold(ItemKind.Prompt, row, x, conversation);
        var isNews = x.IsTakenBack && row.Length != PromptEntity.TakenBack;
        if (isNews) row.Length = PromptEntity.TakenBack;
        return AddSource(row, batch) | isNews;
    }

    private bool Apply(ApiErrorEvent x, int conversation, EventBatch batch)
    {
        var key = KeyOf(x, batch);
        var row = state.ApiErrors.Find(key);
        // Rows of versions before have the key of their line.
        if (row is null && x.Request != default) row = state.ApiErrors.Find(key = x.Request);
        if (row is null)
        {
            row = state.ApiErrors.Add(key);
            Fill(row, x, conversation, batch);
            (row.Status, row.IsFinal, row.Attempts) = (x.Status, x.IsFinal, x.Attempts);
            if (x.Message is { Length: > 0 } message) row.TextId = state.AddText(message);
            Meet(state.ApiErrors, row, x.Request != default ? x.Request : x.Key, batch.Source, IsNamed(x));
            return true;
        }
        var changed = x.Attempts > row.Attempts;
        row.Attempts = Math.Max(row.Attempts, x.Attempts);
        // More attempts count where the failure is told best.
        if (changed) Meet(state.ApiErrors, row, x.Key, batch.Source, IsNamed(x));
        Hold(ItemKind.ApiError, row, x, conversation);
        return AddSource(row, batch) | changed;
    }

    private bool Apply(MarkEvent x, int conversation, EventBatch batch)
    {
        var row = state.Marks.Find(x.Key);
        if (row is null)
        {
            row = state.Marks.Add(x.Key);
            Fill(row, x, conversation, batch);
            (row.Kind, row.Before, row.After) = ((int)x.Kind, x.Before, x.After);
            return true;
        }
        Hold(ItemKind.Mark, row, x, conversation);
        return AddSource(row, batch);
    }

    private bool Apply(OtherEvent x, int conversation, EventBatch batch)
    {
        var isNamed = IsNamed(x);
        if (!isNamed && state.Events.Find(x.Key) is not null) return false;
        var row = state.Events.Add(x.Key, isFound: !isNamed);
        Fill(row, x, conversation, batch);
        (row.TypeId, row.Data) = (state.Names.Id(NameKind.EventType, x.Type), x.Data);
        if (x.Span is { } span) SetSpan(state, row, span);
        return true;
    }

    /// <summary>Gives an event what it says of how long something took.</summary>
    internal static void SetSpan(WriterState state, EventEntity row, SpanFacts span)
    {
        (row.SpanKind, row.SpanGroup, row.SpanMs, row.FirstTokenMs) = ((int)span.Kind, (long)span.Group, span.Ms, span.FirstTokenMs);
        (row.ModelId, row.ToolId) = (state.Names.Id(NameKind.Model, span.Model), state.Names.Id(NameKind.Tool, span.Tool));
        state.Spans.Put(row);
    }

    /// <summary>The thing has no identity but its sender's name for the event: that it is new is known already.</summary>
    private static bool IsNamed(AnalyticsEvent x) => x.EventId != default && x.Key == x.EventId;

    private static T? Find<T>(ItemStore<T> rows, AnalyticsEvent x, EventBatch batch, int conversation, out EventKey key) where T : ItemEntity, new()
    {
        key = KeyOf(x, batch);
        if (IsNamed(x)) return null;
        return rows.Find(key) ?? (batch.Source == EventSource.Api ? OfBefore(rows, x.Key.With((ulong)batch.Source), key, conversation) : null);
    }

    /// <summary>Versions before kept what the events API told under ids that were taken as unique everywhere.</summary>
    private static T? OfBefore<T>(ItemStore<T> rows, EventKey old, EventKey key, int conversation) where T : ItemEntity, new() =>
        old != key && rows.Find(old) is { } row && row.ConversationId == conversation ? row : null;

    /// <summary>Lines are known by the thing's own key. What another source says of the same thing is kept beside it, under a key of that source.</summary>
    private static EventKey KeyOf(AnalyticsEvent x, EventBatch batch)
    {
        if (SourceRank.IsLines(batch.Source)) return x.Key;
        var key = x.Key.With((ulong)batch.Source);
        return IsNamed(x) ? key : Within(key, batch.Source, x.Conversation);
    }

    /// <summary>Ids of the events API are unique within their conversation only.</summary>
    private static EventKey Within(EventKey key, EventSource source, string session) =>
        source == EventSource.Api && session.Length > 0 ? key.With(EventKey.Fingerprint(session)) : key;

    /// <summary>A new row meets those of other sources that tell of the same thing: each is then known through all of them.</summary>
    /// <param name="isNamed">The thing has no identity but its sender's name for the event, which no other source knows.</param>
    private void Meet<T>(ItemStore<T> rows, T row, EventKey key, EventSource source, bool isNamed) where T : ItemEntity, new()
    {
        if (SourceRank.IsLines(source) && !state.HasForeign) return;
        state.HasForeign = true;
        if (isNamed) return;
        // Where no other source ever spoke there is nobody to meet.
        if ((state.Sources & ~(1 << (int)source)) == 0) return;
        var session = state.Conversations.Row(row.ConversationId).SessionId;
        foreach (var other in s_meeting)
        {
            // What is of the demo has the keys of lines.
            if (!SourceRank.IsLines(other) && (state.Sources & (1 << (int)other)) == 0) continue;
            var sought = SourceRank.IsLines(other) ? key : Within(key.With((ulong)other), other, session);
            if (rows.Find(sought) is not { } found || found == row) continue;
            if ((source == EventSource.Api || other == EventSource.Api) && found.ConversationId != row.ConversationId) continue;
            // Each knows those that it met itself: of a third one the two may not tell the same.
            var (told, telling) = (Own(found), Own(row));
            (row.Sources, found.Sources) = (row.Sources | told, found.Sources | telling);
        }

        static int Own(T of)
        {
            const int Lines = 1 << (int)EventSource.Transcript | 1 << (int)EventSource.Demo;
            return SourceRank.IsLines((EventSource)of.Origin) ? of.Sources & Lines : 1 << of.Origin;
        }
    }

    /// <summary>Copies of one line that disagree on their folder or branch: the smaller text decides, and any before none.</summary>
    private bool IsSmaller(AnalyticsEvent x, ItemEntity row)
    {
        var order = Order(ProjectPath.Normalise(x.Project), state.Names.Text(ProjectRule.FolderOf(row)));
        return order < 0 || order == 0 && Order(x.Branch, state.Names.Text(row.BranchId)) < 0;

        static int Order(string? a, string? b) =>
            ReferenceEquals(a, b) ? 0 : string.IsNullOrEmpty(a) ? string.IsNullOrEmpty(b) ? 0 : 1 : string.IsNullOrEmpty(b) ? -1 : string.CompareOrdinal(a, b);
    }
}
