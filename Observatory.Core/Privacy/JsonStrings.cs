using System.Text;

namespace Observatory.Core.Privacy;

/// <summary>The texts in a JSON document, where they stand in it, names too.</summary>
internal static class JsonStrings
{
    /// <summary>Start and end of each, without its quotes.</summary>
    /// <param name="json">Valid JSON, or whatever is left of it.</param>
    public static IEnumerable<(int Start, int End)> Of(string json)
    {
        for (var at = json.IndexOf('"', StringComparison.Ordinal); at >= 0; at = at < json.Length ? json.IndexOf('"', at + 1) : -1)
        {
            var start = ++at;
            while (at < json.Length && json[at] != '"') at += Width(json, at);
            if (at >= json.Length) yield break;
            yield return (start, at);
        }
    }

    /// <summary>The same document with every text ended after so many characters; cuts no escape, no pair and no mark in two.</summary>
    /// <param name="json">Looked at already.</param>
    /// <param name="longest">Characters; an escape counts as one.</param>
    public static string Cut(string json, int longest)
    {
        if (json.Length <= longest) return json;
        StringBuilder? cut = null;
        var from = 0;
        foreach (var (start, end) in Of(json))
        {
            if (end - start <= longest || Limit(json, start, end, longest) is var limit && limit == end) continue;
            (cut ??= new StringBuilder(json.Length)).Append(json, from, WithoutHalfMark(json, start, limit) - from);
            from = end;
        }
        return cut is null ? json : cut.Append(json, from, json.Length - from).ToString();
    }

    private static int Limit(string json, int start, int end, int longest)
    {
        var at = start;
        for (var count = 0; at < end && count < longest; count++) at += Width(json, at);
        return at < end && at > start && char.IsLowSurrogate(json[at]) ? at - 1 : at;
    }

    /// <summary>Of what stands there: an escape is one.</summary>
    private static int Width(string json, int at) => json[at] != '\\' ? 1 : at + 1 < json.Length && json[at + 1] == 'u' ? 6 : 2;

    private static int WithoutHalfMark(string json, int start, int end)
    {
        var mark = json.LastIndexOf(Redactor.MarkStart, Math.Min(end + Redactor.MarkStart.Length, json.Length) - 1, StringComparison.Ordinal);
        return mark >= start && mark < end && json.IndexOf(']', mark) >= end ? mark : end;
    }
}
