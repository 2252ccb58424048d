using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Time;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// Reads single values of an event by what they must be. What is wrong is noted, the first of it, and asked for when all is read. Missing
/// and null are the same. Not thread-safe.
/// </summary>
internal sealed class ValueReader
{
    /// <summary>Characters of ids and names.</summary>
    public const int LongestName = 256;

    /// <summary>How far ahead of this machine's clock a sender's may be.</summary>
    public const long LongestLead = 5 * BucketClock.Minute;

    private static readonly long s_earliest = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_latest = new DateTimeOffset(2101, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly NamePool _names = new();

    public string? Fault { get; private set; }

    public void Begin() => Fault = null;

    /// <summary>A short text, or null where there is none; what repeats is one string.</summary>
    /// <param name="label">How the sender calls it; null = whatever is no such text counts as missing.</param>
    public string? Name(ReadOnlySpan<byte> text, EventFields f, EventField field, string? label, int longest = LongestName)
    {
        if (!f.TryGet(field, out var place)) return null;
        // A text with escapes stands for another: only plain ones are looked up by their bytes.
        var isPlain = place.Kind == JsonTokenType.String && !place.IsEscaped;
        if (isPlain && _names.Find(place.Raw(text), field) is { } known) return known;
        if (!IsName(text, place, label, longest) || place.Length == 0) return null;
        var name = JsonText.Decode(place.Slice, text);
        if (isPlain && name.Length <= LongestName) _names.Put(place.Raw(text), name);
        return name;
    }

    /// <summary>A text without its escapes, as UTF-8.</summary>
    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> text, in JsonPlace place) => place.IsEscaped
        ? Encoding.UTF8.GetBytes(JsonText.Decode(place.Slice, text)) : place.Raw(text);

    /// <summary>Key of an id, or null where there is none.</summary>
    public EventKey? Key(ReadOnlySpan<byte> text, EventFields f, EventField field, KeySpace space, string label)
    {
        if (!f.TryGet(field, out var place) || place.Length == 0 || !IsName(text, place, label, LongestName)) return null;
        return EventKey.Of(space, Plain(text, place));
    }

    public static ulong Fingerprint(ReadOnlySpan<byte> text, EventFields f, EventField field) => f.TryGet(field, out var place)
        ? EventKey.Fingerprint(Plain(text, place)) : 0;

    /// <returns>What is wrong, or null.</returns>
    public static string? Instant(ReadOnlySpan<byte> text, EventFields f, EventField field, long now, out long at)
    {
        at = 0;
        if (!f.TryGet(field, out var place)) return "The event has no timestamp.";
        return Instant(text, place, now, out at);
    }

    public static string? Instant(ReadOnlySpan<byte> text, in JsonPlace place, long now, out long at)
    {
        at = 0;
        if (place.Kind != JsonTokenType.String) return "timestamp is not a text such as 2026-01-31T09:05:28Z.";
        var raw = place.IsEscaped ? Encoding.UTF8.GetBytes(JsonText.Decode(place.Slice, text, 64)) : place.Raw(text);
        if (!IsoInstant.TryParse(raw, out at)) return "timestamp is not ISO 8601 with an offset or Z, such as 2026-01-31T09:05:28Z.";
        if (at < s_earliest || at >= s_latest) return "timestamp lies outside the years 2020 to 2100.";
        return at > now + LongestLead ? "timestamp lies more than 5 minutes ahead." : null;
    }

    /// <summary>A whole number from 0 to 10¹², however it is written.</summary>
    /// <param name="round">Fractions are rounded instead of refused.</param>
    public long? Whole(ReadOnlySpan<byte> text, EventFields f, EventField field, string label, bool round = false)
    {
        if (!f.TryGet(field, out var place)) return null;
        if (place.Kind == JsonTokenType.Number)
        {
            var raw = place.Raw(text);
            if (Digits(raw) is >= 0 and <= TokenUsage.Limit and var value) return value;
            var number = new Utf8JsonReader(raw);
            if (number.Read() && number.TryGetDecimal(out var exact) && exact is >= 0 and <= TokenUsage.Limit
                && (round || exact == decimal.Truncate(exact))) return (long)Math.Round(exact);
        }
        Fault ??= $"{label} is not a {(round ? "" : "whole ")}number from 0 to 10^12.";
        return null;
    }

    /// <summary>-1 where there is anything else than up to 18 digits.</summary>
    private static long Digits(ReadOnlySpan<byte> raw)
    {
        if (raw.Length is 0 or > 18) return -1;
        var value = 0L;
        foreach (var digit in raw)
        {
            var number = (uint)digit - '0';
            if (number > 9) return -1;
            value = value * 10 + number;
        }
        return value;
    }

    public bool? Flag(EventFields f, EventField field, string label)
    {
        if (!f.TryGet(field, out var place)) return null;
        if (place.Kind is JsonTokenType.True or JsonTokenType.False) return place.Kind == JsonTokenType.True;
        Fault ??= $"{label} is neither true nor false.";
        return null;
    }

    /// <summary>Two more are decoded than may be: a pair of surrogates is not cut in two.</summary>
    public static bool IsShort(ReadOnlySpan<byte> text, Slice slice, int longest) => slice.Decode(text, longest + 2)!.Length <= longest;

    private bool IsName(ReadOnlySpan<byte> text, in JsonPlace place, string? label, int longest)
    {
        if (place.Kind != JsonTokenType.String)
        {
            if (label is not null) Fault ??= $"{label} is not a text.";
            return false;
        }
        if (place.Length <= longest || IsShort(text, place.Slice, longest)) return true;
        if (label is not null) Fault ??= $"{label} is longer than {longest} characters.";
        return false;
    }
}
