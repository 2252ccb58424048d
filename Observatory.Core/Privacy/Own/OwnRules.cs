using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy.Own;

/// <summary>
/// The administrator's rules as they hold now. They run behind the built-in ones, over everything that people and tools wrote; in JSON over each text in it.
/// What they leave they find no more, and what they cannot end in time is not kept. Thread-safe.
/// </summary>
public sealed class OwnRules
{
    /// <summary>One rule may make what the next one finds.</summary>
    private const int Passes = 4;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private volatile OwnPattern[] _all = [];
    private volatile OwnPattern[] _enabled = [];

    public IReadOnlyList<OwnRule> All => [.. _all.Select(r => r.Rule)];

    /// <exception cref="OwnRuleException">One of them cannot be used; then all stays as it was.</exception>
    public void Use(IEnumerable<OwnRule> rules)
    {
        OwnPattern[] all = [.. rules.Select(r => new OwnPattern(r))];
        (_all, _enabled) = (all, [.. all.Where(r => r.Rule.Enabled)]);
    }

    /// <summary>Null where it could not be looked at to the end.</summary>
    internal string? Apply(string? text)
    {
        var rules = _enabled;
        if (rules.Length == 0 || string.IsNullOrEmpty(text)) return text;
        try
        {
            return IsJson(text) ? InJson(text, rules) : Apply(text, rules);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string? Apply(string text, OwnPattern[] rules)
    {
        for (var i = 0; i < Passes; i++)
        {
            var before = text;
            foreach (var rule in rules) text = rule.Replace(text, out _);
            if (ReferenceEquals(before, text) || before == text) return before;
        }
        return null;
    }

    private static string? InJson(string json, OwnPattern[] rules)
    {
        StringBuilder? result = null;
        var from = 0;
        foreach (var (start, end) in JsonStrings.Of(json))
        {
            var text = JsonSerializer.Deserialize<string>(json.AsSpan(start - 1, end - start + 2))!;
            if (Apply(text, rules) is not { } clean) return null;
            if (ReferenceEquals(clean, text)) continue;
            (result ??= new StringBuilder(json.Length)).Append(json, from, start - 1 - from).Append(JsonSerializer.Serialize(clean, s_json));
            from = end + 1;
        }
        return result is null ? json : result.Append(json, from, json.Length - from).ToString();
    }

    private static bool IsJson(string text)
    {
        if (text[0] is not ('{' or '[')) return false;
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
