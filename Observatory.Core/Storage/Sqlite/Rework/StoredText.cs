using System.Text;
using Observatory.Core.Ingestion;
using Observatory.Core.Privacy;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>
/// Stored texts as they are to be. One that is as long as texts of its kind are kept was cut, perhaps inside a secret that nobody had to look for
/// then: the word at the cut goes, where it is long enough to be a part of one.
/// </summary>
internal static class StoredText
{
    private const int ShortestHalf = 12;
    private const char Ellipsis = '…';

    /// <summary>A text of the table <c>texts</c>: a prompt, a command or a message, cut at its end, or an output, cut at its start.</summary>
    public static string? Body(string? text, ContentRules rules)
    {
        if (string.IsNullOrEmpty(text) || rules.Mode == ContentMode.Full) return text;
        if (rules.Mode == ContentMode.Counts) return null;
        if (WasCut(text, TextLimits.Output)) text = text[WordCut.Start(text, text.Length)..];
        else if (WasCut(text, TextLimits.Prompt) || WasCut(text, TextLimits.Target) || WasCut(text, TextLimits.Message)) text = WithoutHalf(text);
        return rules.Text(text);
    }

    /// <summary>A text of which the first characters are kept.</summary>
    public static string? Start(string? text, int limit, ContentRules rules)
    {
        if (string.IsNullOrEmpty(text) || rules.Mode == ContentMode.Full) return text;
        return rules.Text(WasCut(text, limit) ? WithoutHalf(text) : text);
    }

    /// <summary>Fields of an event as JSON: texts in it were cut at an ellipsis, those of hooks at their limit.</summary>
    public static string? Data(string? json, ContentRules rules)
    {
        if (json is null || rules.Mode == ContentMode.Full) return json;
        return rules.Data(rules.Mode == ContentMode.Redacted ? WithoutHalves(json) : json);
    }

    // A cut leaves whole what takes two characters.
    private static bool WasCut(string text, int limit) => text.Length == limit || text.Length == limit - 1;

    private static string WithoutHalf(string text) => text[..EndOf(text)];

    private static int EndOf(ReadOnlySpan<char> text)
    {
        var end = WordCut.End(text, text.Length - 1);
        return text.Length - end < ShortestHalf ? text.Length : end;
    }

    private static string WithoutHalves(string json)
    {
        StringBuilder? whole = null;
        var from = 0;
        foreach (var (start, end) in JsonStrings.Of(json))
        {
            var isMarked = end > start && json[end - 1] == Ellipsis;
            if (!isMarked && !WasCut(json[start..end], TextLimits.HookField)) continue;
            var text = json.AsSpan(start, end - start - (isMarked ? 1 : 0));
            var kept = start + EndOf(text);
            if (kept == start + text.Length) continue;
            (whole ??= new StringBuilder(json.Length)).Append(json, from, kept - from);
            from = start + text.Length;
        }
        return whole is null ? json : whole.Append(json, from, json.Length - from).ToString();
    }
}
