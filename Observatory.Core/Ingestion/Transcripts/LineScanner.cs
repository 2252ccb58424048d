using System.Text.Json;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Reads one line in one pass, for example
/// <c>{"isSidechain":false,"message":{"id":"msg_1","model":"m","content":[…],"usage":{"input_tokens":3,…}},"type":"assistant","uuid":"…","timestamp":"…"}</c>.
/// The line's type stands behind its message, so messages are read before it is known whether they matter. Strings are not decoded;
/// what is not needed is skipped.
/// </summary>
internal static partial class LineScanner
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 256 };

    private const int MostSearches = 10_000;

    /// <exception cref="JsonException">The line is not JSON, or not an object.</exception>
    public static void Scan(ReadOnlySpan<byte> line, LineFields fields)
    {
        var reader = new Utf8JsonReader(line, s_options);
        Object(ref reader, fields);
        // The rest must be white space: Read throws where it is not.
        while (reader.Read()) { }
    }

    /// <summary>Reads the object that the text begins with, whatever stands behind it. Returns its length in bytes.</summary>
    /// <exception cref="JsonException">It begins with no whole object.</exception>
    public static int ScanFirst(ReadOnlySpan<byte> text, LineFields fields)
    {
        var reader = new Utf8JsonReader(text, s_options);
        Object(ref reader, fields);
        return (int)reader.BytesConsumed;
    }

    private static void Object(ref Utf8JsonReader reader, LineFields fields)
    {
        fields.Clear();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The line is not a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Property(ref reader, fields);
    }

    private static void Property(ref Utf8JsonReader reader, LineFields f)
    {
        var name = reader.ValueSpan;
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8): f.Id = Text(ref reader); break;
            case 3 when name.SequenceEqual("cwd"u8): f.Cwd = Text(ref reader); break;
            case 4 when name.SequenceEqual("type"u8): f.Type = Text(ref reader); break;
            case 4 when name.SequenceEqual("data"u8): Progress(ref reader, f); break;
            case 4 when name.SequenceEqual("uuid"u8): f.Uuid = Text(ref reader); break;
            case 5 when name.SequenceEqual("prUrl"u8): f.PrUrl = Text(ref reader); break;
            case 5 when name.SequenceEqual("error"u8): Error(ref reader, f); break;
            case 6 when name.SequenceEqual("origin"u8): f.OriginKind = Origin(ref reader); break;
            case 6 when name.SequenceEqual("isMeta"u8): f.IsMeta = Bool(ref reader); break;
            case 7 when name.SequenceEqual("message"u8): Message(ref reader, f); break;
            case 7 when name.SequenceEqual("version"u8): f.Version = Text(ref reader); break;
            case 7 when name.SequenceEqual("subtype"u8): f.Subtype = Text(ref reader); break;
            case 7 when name.SequenceEqual("agentId"u8): f.AgentId = Text(ref reader); break;
            case 7 when name.SequenceEqual("aiTitle"u8): f.AiTitle = Text(ref reader); break;
            case 7 when name.SequenceEqual("summary"u8): f.Summary = Text(ref reader); break;
            case 8 when name.SequenceEqual("leafUuid"u8): f.LeafUuid = Text(ref reader); break;
            case 9 when name.SequenceEqual("gitBranch"u8): f.Branch = Text(ref reader); break;
            case 9 when name.SequenceEqual("sessionId"u8): f.SessionId = Text(ref reader); break;
            case 9 when name.SequenceEqual("timestamp"u8): f.Timestamp = Text(ref reader); break;
            case 9 when name.SequenceEqual("requestId"u8): f.RequestId = Text(ref reader); break;
            case 10 when name.SequenceEqual("requestRef"u8): f.RequestRef = Text(ref reader); break;
            case 10 when name.SequenceEqual("attachment"u8): Attachment(ref reader, f); break;
            case 10 when name.SequenceEqual("forkedFrom"u8): ForkedFrom(ref reader, f); break;
            case 11 when name.SequenceEqual("isSidechain"u8): f.IsSidechain = Bool(ref reader); break;
            case 11 when name.SequenceEqual("customTitle"u8): f.CustomTitle = Text(ref reader); break;
            case 12 when name.SequenceEqual("promptSource"u8): f.PromptSource = Text(ref reader); break;
            case 12 when name.SequenceEqual("totalCostUSD"u8): f.TotalCost = Decimal(ref reader); break;
            case 13 when name.SequenceEqual("toolUseResult"u8): ToolUseResult(ref reader, f); break;
            case 14 when name.SequenceEqual("apiErrorStatus"u8): f.ApiErrorStatus = Status(ref reader); break;
            case 15 when name.SequenceEqual("compactMetadata"u8): Compaction(ref reader, f); break;
            case 15 when name.SequenceEqual("worktreeSession"u8): Worktree(ref reader, f); break;
            case 16 when name.SequenceEqual("isCompactSummary"u8): f.IsCompactSummary = Bool(ref reader); break;
            case 17 when name.SequenceEqual("isApiErrorMessage"u8): f.IsApiErrorMessage = Bool(ref reader); break;
            default: Skip(ref reader); break;
        }
    }

    private static void ForkedFrom(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("sessionId"u8)) f.ForkedFrom = Text(ref reader);
            else Skip(ref reader);
        }
    }

    private static void Worktree(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("worktreePath"u8)) f.WorktreePath = Text(ref reader);
            else if (reader.IsText("originalCwd"u8)) f.WorktreeOrigin = Text(ref reader);
            else Skip(ref reader);
        }
    }

    private static void Message(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        f.HasMessage = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("id"u8)) f.MessageId = Text(ref reader);
            else if (reader.IsText("model"u8)) f.Model = Text(ref reader);
            else if (reader.IsText("usage"u8)) Usage(ref reader, f);
            else if (reader.IsText("content"u8)) Content(ref reader, f);
            else if (reader.IsText("stop_reason"u8)) f.StopReason = Text(ref reader);
            else Skip(ref reader);
        }
    }

    /// <summary>Where a text comes from: <c>{"kind":"human"}</c>.</summary>
    private static Slice Origin(ref Utf8JsonReader reader)
    {
        reader.Read();
        var kind = Slice.Of(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return kind;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("kind"u8)) kind = Text(ref reader);
            else Skip(ref reader);
        }
        return kind;
    }

    /// <summary>What was typed while the client worked stands in an attachment: <c>{"type":"queued_command","prompt":"…","commandMode":"prompt"}</c>.</summary>
    private static void Attachment(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("type"u8))
            {
                reader.Read();
                f.IsQueuedCommand = reader.TokenType == JsonTokenType.String && reader.IsText("queued_command"u8);
                reader.Skip();
            }
            else if (reader.IsText("prompt"u8)) Content(ref reader, f);
            else if (reader.IsText("commandMode"u8)) f.CommandMode = Text(ref reader);
            else if (reader.IsText("origin"u8)) f.OriginKind = Origin(ref reader);
            else if (reader.IsText("isMeta"u8)) f.IsMeta |= Bool(ref reader);
            else if (reader.IsText("humanTurn"u8)) f.IsHumanTurn = Bool(ref reader);
            else Skip(ref reader);
        }
    }

    private static void Content(ref Utf8JsonReader reader, LineFields f)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) f.MessageText = Slice.Of(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Block(ref reader, f);
            else reader.Skip();
        }
    }

    private static void Block(ref Utf8JsonReader reader, LineFields f)
    {
        var block = new ContentBlock { Id = Slice.None, Name = Slice.None, Text = Slice.None };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("type"u8))
            {
                reader.Read();
                block.Kind = KindOf(ref reader);
            }
            else if (reader.IsText("id"u8) || reader.IsText("tool_use_id"u8)) block.Id = Text(ref reader);
            else if (reader.IsText("name"u8)) block.Name = Text(ref reader);
            else if (reader.IsText("text"u8)) block.Text = Text(ref reader);
            else if (reader.IsText("is_error"u8)) block.IsError = Bool(ref reader);
            else if (reader.IsText("input"u8)) block.Text = ToolTarget.Find(ref reader);
            else if (reader.IsText("content"u8)) ResultContent(ref reader, ref block);
            else Skip(ref reader);
        }
        f.Blocks.Add(block);
    }

    private static BlockKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return BlockKind.Other;
        if (reader.IsText("tool_use"u8)) return BlockKind.ToolUse;
        if (reader.IsText("tool_result"u8)) return BlockKind.ToolResult;
        if (reader.IsText("text"u8)) return BlockKind.Text;
        return reader.IsText("image"u8) ? BlockKind.Image : BlockKind.Other;
    }

    /// <summary>A result is one string, or blocks of which the text ones are added up and the last is kept.</summary>
    private static void ResultContent(ref Utf8JsonReader reader, ref ContentBlock block)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            block.Text = Slice.Of(ref reader);
            block.Size = reader.ValueSpan.Length;
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.IsText("text"u8))
                    {
                        block.Text = Text(ref reader);
                        block.Size += Math.Max(0, block.Text.Length);
                    }
                    else Skip(ref reader);
                }
            }
        }
        else reader.Skip();
    }

    private static void ToolUseResult(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        var (hasQuery, hasLength) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("agentId"u8)) f.SearchAgentId = Text(ref reader);
            else if (reader.IsText("searchCount"u8)) f.SearchCount = Searches(ref reader);
            else if (reader.IsText("query"u8)) hasQuery = Text(ref reader).Exists;
            else if (reader.IsText("durationSeconds"u8))
            {
                reader.Read();
                hasLength = reader.TokenType == JsonTokenType.Number;
                reader.Skip();
            }
            else Skip(ref reader);
        }
        f.IsSearch = hasQuery && hasLength;
    }

    /// <summary>Any tool may call a field so: what is no number of searches is none.</summary>
    private static int? Searches(ref Utf8JsonReader reader)
    {
        reader.Read();
        int? searches = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) && value is >= 0 and <= MostSearches ? value : null;
        reader.Skip();
        return searches;
    }

    /// <summary>A response of a sub-agent that older clients report while it works:
    /// <c>{"type":"agent_progress","agentId":"…","message":{"type":"assistant",…}}</c>.</summary>
    private static void Progress(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("agentId"u8)) f.ProgressAgentId = Text(ref reader);
            else if (reader.IsText("message"u8)) ProgressMessage(ref reader, f);
            else Skip(ref reader);
        }
    }

    private static void ProgressMessage(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("type"u8)) f.ProgressType = Text(ref reader);
            else if (reader.IsText("uuid"u8)) f.ProgressUuid = Text(ref reader);
            else if (reader.IsText("timestamp"u8)) f.ProgressTimestamp = Text(ref reader);
            else if (reader.IsText("requestId"u8)) f.RequestId = Text(ref reader);
            else if (reader.IsText("message"u8)) Message(ref reader, f);
            else Skip(ref reader);
        }
    }

    private static void Error(ref Utf8JsonReader reader, LineFields f)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) f.ErrorText = Slice.Of(ref reader);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("status"u8)) f.ErrorStatus = Status(ref reader);
            else if (reader.IsText("formatted"u8)) f.ErrorText = Text(ref reader);
            else Skip(ref reader);
        }
    }

    private static void Compaction(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("preTokens"u8)) f.CompactBefore = Tokens(ref reader, f);
            else if (reader.IsText("postTokens"u8)) f.CompactAfter = Tokens(ref reader, f);
            else Skip(ref reader);
        }
    }

    /// <summary>Goes into the value, or past it where it is of another kind.</summary>
    internal static bool Opens(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();
        if (reader.TokenType == start) return true;
        reader.Skip();
        return false;
    }

    private static Slice Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var slice = Slice.Of(ref reader);
        reader.Skip();
        return slice;
    }

    private static bool Bool(ref Utf8JsonReader reader)
    {
        reader.Read();
        var value = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return value;
    }

    private static int Status(ref Utf8JsonReader reader)
    {
        reader.Read();
        var status = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) && value is > 0 and < 1000 ? value : 0;
        reader.Skip();
        return status;
    }

    private static decimal? Decimal(ref Utf8JsonReader reader)
    {
        reader.Read();
        decimal? value = reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number) && number is >= 0 and < 1_000_000_000 ? number : null;
        reader.Skip();
        return value;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
