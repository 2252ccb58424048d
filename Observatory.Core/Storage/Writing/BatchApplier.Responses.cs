using System.IO.Hashing;
using System.Runtime.InteropServices;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What becomes of a line of a response, or of a report of a call: a new row, or a row that knows more than before.</summary>
internal sealed partial class BatchApplier
{
    /// <summary>The message that was told last: what follows of its line are its tool calls.</summary>
    private ResponseEntity? _message;

    /// <summary>Who showed the line first that was looked up last: it is asked for several times.</summary>
    private (ulong Line, int? Session) _shown;

    private bool Apply(ResponseEvent x, int conversation, EventBatch batch)
    {
        var (row, isNew) = FindOrAdd(x, conversation, batch);
        if (!x.IsAuxiliary) _message = row;
        if (isNew)
        {
            state.HasForeign |= x.Kind != CallKind.Lines;
            Fill(row, x, conversation, batch);
            (row.Kind, row.LastAt, row.OwnModelId) = ((int)x.Kind, x.At, state.Names.Id(NameKind.Model, x.Model));
            (row.IsSidechain, row.IsAuxiliary) = (x.IsSidechain, x.IsAuxiliary);
            (row.ClientCost, row.DurationMs, row.FirstTokenMs) = (x.ClientCost, x.DurationMs, x.FirstTokenMs);
            row.OwnSpeedId = state.Names.Id(NameKind.Setting, x.Speed);
            row.TierId = state.Names.Id(NameKind.Setting, x.Tier);
            row.RegionId = state.Names.Id(NameKind.Setting, x.Region);
            if (x.Kind == CallKind.Lines) state.Words.Begin(row, new LinePlace(x.At, x.Line), x.Tier, x.StopReason is not null);
            SetRequest(row, x);
            Raise(row, x);
            HoldShown(row, x, conversation);
            if (EventKey.IsOneOfMany((ulong)row.KeyLow)) state.Groups.Add(row);
            return true;
        }
        var before = row.Copy();
        if (row.Request == 0 && x.Request != 0 && (x.Kind != CallKind.Lines || x.IsByLine)) SetRequest(row, x);
        if (row.IsSidechain && !x.IsSidechain) (row.IsSidechain, row.AgentId) = (false, 0);
        if (x.RequestRef != 0 && (row.RequestRef == 0 || x.RequestRef < (ulong)row.RequestRef)) row.RequestRef = (long)x.RequestRef;
        SetWords(row, x);
        Raise(row, x);
        // One call, told several times by one source: the larger figures, as with tokens.
        row.ClientCost = Max(row.ClientCost, x.ClientCost);
        row.DurationMs = Max(row.DurationMs, x.DurationMs);
        row.FirstTokenMs = Max(row.FirstTokenMs, x.FirstTokenMs);
        state.Groups.Changed(row);
        Hold(ItemKind.Response, row, x, conversation);
        HoldShown(row, x, conversation);
        if (row.Request == 0 && state.Owners.HasCopies(ItemKind.Response, row.Id)) state.Groups.Met(row);
        return AddSource(row, batch) || !Same(before, row);
    }

    private void SetRequest(ResponseEntity row, ResponseEvent x)
    {
        row.Request = (long)(x.Kind == CallKind.Usage ? RequestIndex.Within(x.Conversation, x.Request) : x.Request);
        state.Calls.Add(row, x.Request);
    }

    /// <summary>
    /// The row of the line or report. A message id that comes with a second request, or without one from another session or with another prompt, has
    /// further rows (<see cref="ResponseGroups"/>).
    /// </summary>
    private (ResponseEntity Row, bool IsNew) FindOrAdd(ResponseEvent x, int conversation, EventBatch batch)
    {
        if (IsNamed(x)) return (state.Responses.Add(x.Key, isFound: false), true);
        // Each kind of report has rows of its own: which of them counts is decided when all are known.
        if (x.Kind != CallKind.Lines)
        {
            var old = x.Key.With((ulong)x.Kind << 8);
            var key = Within(old, batch.Source, x.Conversation);
            if ((state.Responses.Find(key) ?? OfBefore(state.Responses, old, key, conversation)) is { } told) return (told, false);
            return (state.Responses.Add(key), true);
        }
        if (state.Responses.Find(x.Key) is not { } row)
        {
            var isGone = !state.Gone.IsEmpty && !x.IsByLine && Contains(GoneKind.Response, x.Key);
            return isGone ? BesideGone(x, conversation) : (state.Responses.Add(x.Key), true);
        }
        if (x.IsByLine || x.Request != 0 && (ulong)row.Request == x.Request) return (row, false);
        return x.Request != 0 ? OfRequest(x, row) : OfPrompt(x, row, conversation);
    }

    private (ResponseEntity Row, bool IsNew) OfRequest(ResponseEvent x, ResponseEntity other)
    {
        if (FindOfRequest(x) is { } own) return (own, false);
        return (state.Responses.Add(x.Key.Of(x.Request, x.IsSidechain || other.IsSidechain || other.Request == 0)), true);
    }

    private ResponseEntity? FindOfRequest(ResponseEvent x) =>
        state.Responses.Find(x.Key.Of(x.Request, false)) ?? state.Responses.Find(x.Key.Of(x.Request, true))
        // As versions before kept it.
        ?? state.Responses.Find(x.Key.With(x.Request));

    private ResponseEntity? FindOfPrompt(ResponseEvent x, int session) =>
        state.Responses.Find(x.Key.Of(OwnPrompt(x, session), false)) ?? state.Responses.Find(x.Key.Of(OwnPrompt(x, session), true));

    /// <summary>The first row of its message id is gone; others may be left, and new ones come.</summary>
    private (ResponseEntity Row, bool IsNew) BesideGone(ResponseEvent x, int conversation)
    {
        if (x.Request != 0) return FindOfRequest(x) is { } own ? (own, false) : (state.Responses.Add(x.Key.Of(x.Request, isMixed: true)), true);
        return FindOfPrompt(x, ShownBy(x, conversation)) is { } shown ? (shown, false)
            : FindOfPrompt(x, conversation) is { } held ? (held, false) : (state.Responses.Add(x.Key.Of(OwnPrompt(x, conversation), isMixed: true)), true);
    }

    /// <summary>Who showed the line first: a copied block goes on as one response.</summary>
    private int ShownBy(ResponseEvent x, int conversation)
    {
        if (x.LineMark == 0) return conversation;
        if (_shown.Line != x.LineMark) _shown = (x.LineMark, state.Owners.SessionOfLine(x.LineMark));
        return _shown.Session ?? conversation;
    }

    private (ResponseEntity Row, bool IsNew) OfPrompt(ResponseEvent x, ResponseEntity other, int conversation)
    {
        var shown = ShownBy(x, conversation);
        var (input, writes, read) = (x.Usage.Input, WritesOf(x), x.Usage.CacheRead);
        var isSame = other.Request == 0 && other.OwnInput == input && other.OwnCacheRead == read && ResponseParts.Writes(other) == writes;
        List<int> sessions = isSame ? [.. state.Owners.SessionsOf(ItemKind.Response, other)] : [];
        var own = sessions.Contains(conversation) ? other : Find(conversation);
        if (shown == conversation)
        {
            if (own is not null) return (own, false);
        }
        else if ((sessions.Contains(shown) ? other : Find(shown)) is { } copied)
        {
            // This session holds both from now on.
            if (own is not null && own != copied) Hold(ItemKind.Response, own, x, conversation);
            state.Groups.Met(copied);
            return (copied, false);
        }
        else if (own is not null) return (own, false);
        var isMixed = shown != conversation || other.Request != 0 || ResponseParts.IsEmpty(other) || input + writes + read == 0;
        return (state.Responses.Add(x.Key.Of(OwnPrompt(x, shown), isMixed)), true);

        ResponseEntity? Find(int session) => FindOfPrompt(x, session);
    }

    /// <summary>What tells apart lines of one message id without a request: their session, and the size of their prompt.</summary>
    private static ulong OwnPrompt(ResponseEvent x, int session)
    {
        ReadOnlySpan<long> values = [session, x.Usage.Input, WritesOf(x), x.Usage.CacheRead];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values));
    }

    private static long WritesOf(ResponseEvent x) => Math.Max(x.CacheWriteField, x.Usage.CacheWrite5m + x.Usage.CacheWrite1h);

    /// <summary>
    /// Names of the latest line that gives one, project and branch of the earliest; of lines at one instant the order of their uuids decides.
    /// </summary>
    private void SetWords(ResponseEntity row, ResponseEvent x)
    {
        var line = new LinePlace(x.At, x.Line);
        ref var words = ref state.Words.Of(row);
        var order = line.CompareTo(words.First);
        if (order < 0 || order == 0 && IsSmaller(x, row))
        {
            (words.First, words.Folder, words.Branch) = (line, state.Projects.Folder(x.Project), state.Names.Id(NameKind.Branch, x.Branch));
            row.OwnUserId = _ownUser;
            if (row.IsSidechain && x.IsSidechain) row.AgentId = state.Names.Id(NameKind.Agent, x.Agent);
        }
        words.LastAt = Math.Max(words.LastAt, x.At);
        Say(ref words.Model, NameKind.Model, x.Model, line);
        Say(ref words.Version, NameKind.Version, x.Version, line);
        Say(ref words.Speed, NameKind.Setting, x.Speed, line);
        Say(ref words.Region, NameKind.Setting, x.Region, line);
        words.Terms.Take(TermWords.Said(x.Tier, state.Names.Id(NameKind.Setting, x.Tier), x.StopReason is not null, line, state.Names), state.Names);
        words.SetOn(row, state.Names);
    }

    private void Say(ref Word word, NameKind kind, string? text, LinePlace line)
    {
        if (string.IsNullOrEmpty(text)) return;
        var order = word.Name == 0 ? 1 : line.CompareTo(word.Place);
        // Copies of one line that disagree: some order has to decide.
        if (order < 0 || order == 0 && string.CompareOrdinal(text, state.Names.Text(word.Name)) <= 0) return;
        word = new Word(line, state.Names.Id(kind, text));
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

    private static long? Max(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);
}
