using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What becomes of each kind of event: a new row, or a row that knows more than before.</summary>
internal sealed partial class BatchApplier
{
    private static readonly EventSource[] s_meeting = [EventSource.Transcript, EventSource.Otlp, EventSource.Api, EventSource.Hook];

    /// <summary>Where the last call of the batch went: its result mostly comes next.</summary>
    private (EventKey Key, ToolCallEntity Row)? _tool;

    private bool Apply(PromptEvent x, int conversation, EventBatch batch)
    {
        var key = KeyOf(x, batch);
        var row = IsNamed(x) ? null : state.Prompts.Find(key);
        if (row is null)
        {
            row = state.Prompts.Add(key, isFound: !IsNamed(x));
            Fill(row, x, conversation, batch);
            (row.Length, row.HasCode) = (x.IsTakenBack ? PromptEntity.TakenBack : x.Length, x.HasCode);
            if (x.Text is { Length: > 0 } text) row.TextId = state.AddText(text);
            Meet(state.Prompts, row, x.Key, batch.Source, IsNamed(x));
            return true;
        }
        Hold(ItemKind.Prompt, row, x, conversation);
        var isNews = x.IsTakenBack && row.Length != PromptEntity.TakenBack;
        if (isNews) row.Length = PromptEntity.TakenBack;
        return AddSource(row, batch) | isNews;
    }

    private bool Apply(ResponseEvent x, int conversation, EventBatch batch)
    {
        var (row, isNew) = FindOrAdd(x);
        if (isNew)
        {
            state.HasForeign |= x.Kind != CallKind.Lines;
            Fill(row, x, conversation, batch);
            (row.Kind, row.LastAt, row.OwnModelId) = ((int)x.Kind, x.At, state.Names.Id(NameKind.Model, x.Model));
            (row.IsSidechain, row.IsAuxiliary) = (x.IsSidechain, x.IsAuxiliary);
            (row.ClientCost, row.DurationMs, row.FirstTokenMs) = (x.ClientCost, x.DurationMs, x.FirstTokenMs);
            SetRequest(row, x.Request);
            SetLatest(row, x);
            Raise(row, x);
            return true;
        }
        var before = row.Copy();
        // Only the main chain's request tells responses apart: one of a side chain must not stand in its place.
        if (!x.IsSidechain && (row.IsSidechain || row.Request == 0)) SetRequest(row, x.Request);
        if (row.IsSidechain && !x.IsSidechain) (row.IsSidechain, row.AgentId) = (false, 0);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (x.At < row.At) SetEarliest(row, x);
        if (x.At >= row.LastAt)
        {
            row.LastAt = x.At;
            SetLatest(row, x);
        }
        Raise(row, x);
        // One call, told several times by one source: the larger figures, as with tokens.
        row.ClientCost = Max(row.ClientCost, x.ClientCost);
        row.DurationMs = Max(row.DurationMs, x.DurationMs);
        row.FirstTokenMs = Max(row.FirstTokenMs, x.FirstTokenMs);
        Hold(ItemKind.Response, row, x, conversation);
        return AddSource(row, batch) || !Same(before, row);
    }

    private static long? Max(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private void SetRequest(ResponseEntity row, ulong request)
    {
        row.Request = (long)request;
        state.Calls.Add(row);
    }

    /// <summary>
    /// Two lines are one response where the message id is equal and the request ids are, or one has none, or one is side-chain. So a
    /// message id leads to one row, and only a second request id on the main chain leads to another.
    /// </summary>
    private (ResponseEntity Row, bool IsNew) FindOrAdd(ResponseEvent x)
    {
        if (IsNamed(x)) return (state.Responses.Add(x.Key, isFound: false), true);
        // Each kind of report has rows of its own: which of them counts is decided when all are known.
        var key = x.Kind == CallKind.Lines ? x.Key : x.Key.With((ulong)x.Kind << 8);
        if (state.Responses.Find(key) is not { } row) return (state.Responses.Add(key), true);
        if (x.Kind != CallKind.Lines) return (row, false);
        if (x.Request == 0 || row.Request == 0 || (ulong)row.Request == x.Request || x.IsSidechain || row.IsSidechain) return (row, false);
        var own = x.Key.With(x.Request);
        return state.Responses.Find(own) is { } other ? (other, false) : (state.Responses.Add(own), true);
    }

    private void SetLatest(ResponseEntity row, ResponseEvent x)
    {
        if (x.Model is not null) row.OwnModelId = state.Names.Id(NameKind.Model, x.Model);
        if (x.Version is not null) row.VersionId = state.Names.Id(NameKind.Version, x.Version);
        row.OwnSpeedId = state.Names.Id(NameKind.Setting, x.Speed);
        row.TierId = state.Names.Id(NameKind.Setting, x.Tier);
        row.RegionId = state.Names.Id(NameKind.Setting, x.Region);
    }

    private static void Raise(ResponseEntity row, ResponseEvent x)
    {
        var usage = x.Usage;
        row.OwnInput = Math.Max(row.OwnInput, usage.Input);
        row.OwnOutput = Math.Max(row.OwnOutput, usage.Output);
        row.CacheWriteField = Math.Max(row.CacheWriteField, x.CacheWriteField);
        row.CacheWriteSplit5m = Math.Max(row.CacheWriteSplit5m, usage.CacheWrite5m);
        row.OwnCacheWrite1h = Math.Max(row.OwnCacheWrite1h, usage.CacheWrite1h);
        row.OwnCacheRead = Math.Max(row.OwnCacheRead, usage.CacheRead);
    }

    private bool Apply(ToolCallEvent x, int conversation, EventBatch batch)
    {
        var (row, isNew) = FindOrAdd(x, conversation, batch);
        var changed = !row.IsCalled;
        if (!row.IsCalled || x.At < row.At) SetEarliest(row, x);
        row.IsCalled = true;
        row.ToolId = state.Names.Id(NameKind.Tool, x.Tool);
        if (x.Model is not null) row.ModelId = state.Names.Id(NameKind.Model, x.Model);
        if (row.RequestRef == 0) row.RequestRef = (long)x.RequestRef;
        if (row.TargetId is null && x.Target is { Length: > 0 } target) row.TargetId = state.AddText(target);
        // After its time and request are known: they decide whose it is.
        if (!isNew) Hold(ItemKind.ToolCall, row, x, conversation);
        return AddSource(row, batch) | changed | isNew;
    }

    private bool Apply(ToolResultEvent x, int conversation, EventBatch batch)
    {
        // Where the result came first the row waits for its call, and counts nowhere until then.
        var (row, _) = FindOrAdd(x, conversation, batch);
        var before = (row.ResultAt, row.LastResultAt, row.IsError, row.Searches);
        if (!row.IsCalled && x.At < row.At) SetEarliest(row, x);
        Hold(ItemKind.ToolCall, row, x, conversation);
        row.ResultAt = row.ResultAt is { } first ? Math.Min(first, x.At) : x.At;
        row.LastResultAt = Math.Max(row.LastResultAt ?? long.MinValue, x.At);
        row.IsError |= x.IsError;
        row.ResultSize = Math.Max(row.ResultSize, x.Size);
        row.Searches = Math.Max(row.Searches, x.Searches);
        row.MeasuredMs = Max(row.MeasuredMs, x.DurationMs);
        if (x.StartedAgent is not null) row.StartedAgentId = state.Names.Id(NameKind.Agent, x.StartedAgent);
        if (row.OutputId is null && x.Output is { Length: > 0 } output) row.OutputId = state.AddText(output);
        return AddSource(row, batch) | (row.ResultAt, row.LastResultAt, row.IsError, row.Searches) != before;
    }

    private (ToolCallEntity Row, bool IsNew) FindOrAdd(AnalyticsEvent x, int conversation, EventBatch batch)
    {
        if (_tool is { } last && last.Key == x.Key) return (last.Row, false);
        var key = KeyOf(x, batch);
        // A name that was not seen before has no row, unless the call was told with it just now.
        var row = IsNamed(x) ? null : state.ToolCalls.Find(key);
        var isNew = row is null;
        if (row is null)
        {
            row = state.ToolCalls.Add(key, isFound: !IsNamed(x));
            Fill(row, x, conversation, batch);
            Meet(state.ToolCalls, row, x.Key, batch.Source, IsNamed(x));
        }
        _tool = (x.Key, row);
        return (row, isNew);
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
        return true;
    }

    /// <summary>The thing has no identity but its sender's name for the event: that it is new is known already.</summary>
    private static bool IsNamed(AnalyticsEvent x) => x.EventId != default && x.Key == x.EventId;

    /// <summary>Lines are known by the thing's own key. What another source says of the same thing is kept beside it, under a key of that source.</summary>
    private static EventKey KeyOf(AnalyticsEvent x, EventBatch batch) => SourceRank.IsLines(batch.Source) ? x.Key : x.Key.With((ulong)batch.Source);

    /// <summary>A new row meets those of other sources that tell of the same thing: each is then known through all of them.</summary>
    /// <param name="isNamed">The thing has no identity but its sender's name for the event, which no other source knows.</param>
    private void Meet<T>(ItemStore<T> rows, T row, EventKey key, EventSource source, bool isNamed) where T : ItemEntity, new()
    {
        if (SourceRank.IsLines(source) && !state.HasForeign) return;
        state.HasForeign = true;
        if (isNamed) return;
        // Where no other source ever spoke there is nobody to meet.
        if ((state.Sources & ~(1 << (int)source)) == 0) return;
        var all = row.Sources;
        var others = new List<T>();
        foreach (var other in s_meeting)
        {
            // What is of the demo has the keys of lines.
            if (!SourceRank.IsLines(other) && (state.Sources & (1 << (int)other)) == 0) continue;
            if (rows.Find(SourceRank.IsLines(other) ? key : key.With((ulong)other)) is not { } found || found == row) continue;
            all |= found.Sources;
            others.Add(found);
        }
        row.Sources = all;
        foreach (var other in others) other.Sources = all;
    }
}
