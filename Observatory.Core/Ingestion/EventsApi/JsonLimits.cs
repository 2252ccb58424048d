using System.Text.Json;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>What no value may be: too deep, or a number that is none.</summary>
internal static class JsonLimits
{
    /// <summary>Levels of objects and arrays, the event itself included.</summary>
    public const int Depth = 64;

    /// <summary>Digits without an exponent that are finite in any case.</summary>
    private const int SafeDigits = 300;

    /// <summary>Reads over the value that the reader stands on; says what is wrong with it, or null.</summary>
    /// <param name="reader">Stands on the last token of the value after.</param>
    /// <param name="depth"><see cref="Utf8JsonReader.CurrentDepth"/> of the event's opening brace.</param>
    public static string? Check(ref Utf8JsonReader reader, int depth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return IsFinite(ref reader) ? null : "A number is not finite.";
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                return CheckInside(ref reader, depth);
            default:
                return null;
        }
    }

    private static string? CheckInside(ref Utf8JsonReader reader, int depth)
    {
        string? fault = null;
        var outer = reader.CurrentDepth;
        do
        {
            if (reader.TokenType == JsonTokenType.Number && !IsFinite(ref reader)) fault = "A number is not finite.";
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth - depth >= Depth) fault =
                $"It is nested more than {Depth} levels deep.";
        }
        while (reader.Read() && reader.CurrentDepth > outer);
        return fault;
    }

    private static bool IsFinite(ref Utf8JsonReader number)
    {
        var digits = number.ValueSpan;
        return digits.Length <= SafeDigits && !digits.ContainsAny((byte)'e', (byte)'E') || number.TryGetDouble(out var value) && double.IsFinite(value);
    }
}

internal delegate T NameMap<T>(ReadOnlySpan<byte> name);

internal static class JsonName
{
    private const int Longest = 64;

    /// <summary>The name that the reader stands on, looked up; an escaped one counts as what it stands for.</summary>
    public static T Of<T>(ref Utf8JsonReader reader, NameMap<T> map)
    {
        if (!reader.ValueIsEscaped) return map(reader.ValueSpan);
        if (reader.ValueSpan.Length > 6 * Longest) return map([]);
        Span<byte> decoded = stackalloc byte[6 * Longest];
        try
        {
            return map(decoded[..reader.CopyString(decoded)]);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no name of ours.
            return map([]);
        }
    }
}
