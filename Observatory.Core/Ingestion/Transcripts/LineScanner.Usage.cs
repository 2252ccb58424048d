using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>The usage object of a message, and the numbers in it.</summary>
internal static partial class LineScanner
{
    private static void Usage(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        f.Usage = default;
        f.Iterations.Clear();
        UsageFields(ref reader, f, ref f.Usage, ofMessage: true);
    }

    /// <param name="ofMessage">False: of an iteration, where nothing but the counts is its own.</param>
    private static void UsageFields(ref Utf8JsonReader reader, LineFields f, ref RawUsage usage, bool ofMessage)
    {
        usage.Speed = usage.Tier = usage.Region = Slice.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("input_tokens"u8)) usage.Input = Tokens(ref reader, f);
            else if (reader.IsText("output_tokens"u8)) usage.Output = Tokens(ref reader, f);
            else if (reader.IsText("cache_creation_input_tokens"u8)) usage.CacheWrite = Tokens(ref reader, f);
            else if (reader.IsText("cache_read_input_tokens"u8)) usage.CacheRead = Tokens(ref reader, f);
            else if (reader.IsText("cache_creation"u8)) CacheCreation(ref reader, f, ref usage);
            else if (!ofMessage) Skip(ref reader);
            else if (reader.IsText("speed"u8)) usage.Speed = Text(ref reader);
            else if (reader.IsText("service_tier"u8)) usage.Tier = Text(ref reader);
            else if (reader.IsText("inference_geo"u8)) usage.Region = Text(ref reader);
            else if (reader.IsText("iterations"u8)) Iterations(ref reader, f);
            else if (reader.IsText("server_tool_use"u8)) ServerTools(ref reader, f);
            else Skip(ref reader);
        }
    }

    private static void CacheCreation(ref Utf8JsonReader reader, LineFields f, ref RawUsage usage)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("ephemeral_5m_input_tokens"u8)) usage.CacheWrite5m = Tokens(ref reader, f);
            else if (reader.IsText("ephemeral_1h_input_tokens"u8)) usage.CacheWrite1h = Tokens(ref reader, f);
            else Skip(ref reader);
        }
    }

    private static void ServerTools(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartObject)) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("web_search_requests"u8)) f.ServerSearches = Searches(ref reader) ?? 0;
            else Skip(ref reader);
        }
    }

    private static void Iterations(ref Utf8JsonReader reader, LineFields f)
    {
        if (!Opens(ref reader, JsonTokenType.StartArray)) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Iteration(ref reader, f);
            else reader.Skip();
        }
    }

    private static void Iteration(ref Utf8JsonReader reader, LineFields f)
    {
        // Its kind may stand behind its counts, which need none of it: the same object is gone through twice.
        var counts = reader;
        var iteration = new Iteration { Model = Slice.None };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.IsText("type"u8))
            {
                reader.Read();
                iteration.Kind = IterationKindOf(ref reader);
                reader.Skip();
            }
            else if (reader.IsText("model"u8)) iteration.Model = Text(ref reader);
            else Skip(ref reader);
        }
        UsageFields(ref counts, f, ref iteration.Usage, ofMessage: false);
        f.Iterations.Add(iteration);
    }

    private static IterationKind IterationKindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.IsText("message"u8)) return IterationKind.Message;
        if (reader.IsText("advisor_message"u8)) return IterationKind.Advisor;
        return reader.IsText("fallback_message"u8) ? IterationKind.Fallback : IterationKind.Other;
    }

    /// <summary>A count of tokens: whole, 0 … 10¹². Null and missing are 0; anything else is set aside, and the rest of the line counts.</summary>
    private static long Tokens(ref Utf8JsonReader reader, LineFields f)
    {
        reader.Read();
        long value = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out value) && !(reader.TryGetDecimal(out var number) && number == decimal.Truncate(number)
                && TryWhole(number, out value)) || value < 0 || value > TokenUsage.Limit)
            {
                f.Fault = "A token count is not a whole number from 0 to 10^12: it was left out, the rest of the line counts.";
                value = 0;
            }
        }
        else if (reader.TokenType != JsonTokenType.Null) f.Fault = "A token count is not a number: it was left out, the rest of the line counts.";
        reader.Skip();
        return value;
    }

    private static bool TryWhole(decimal number, out long value)
    {
        var fits = number is >= 0 and <= TokenUsage.Limit;
        value = fits ? (long)number : -1;
        return fits;
    }
}
