using System.Text.Json;
using Observatory.Core.Metrics;

namespace Observatory.Core.Reports;

/// <summary>Reads what a person defines from JSON, field by field, and says of each what is wrong with it.</summary>
public abstract class DefinitionReader
{
    protected const int LongestName = 200;
    private const int MostValues = 200;
    private const int LongestValue = 4_096;
    private const int MostErrors = 10;

    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>It was checked when it was kept. What the machine has forgotten since (a zone, a culture) is no reason to lose it.</summary>
    public bool IsKept { get; init; }

    /// <summary>By field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => _errors.ToDictionary(e => e.Key, e => e.Value.ToArray());

    protected bool IsGood => _errors.Count == 0;

    protected bool IsWrong(string field) => _errors.ContainsKey(field);

    protected void Add(string field, string what)
    {
        if (!_errors.TryGetValue(field, out var all)) _errors[field] = all = [];
        if (!all.Contains(what) && all.Count < MostErrors) all.Add(what);
    }

    /// <summary>Every field that is not among these is wrong.</summary>
    protected void OnlyKnown(JsonElement json, string prefix, Func<string, bool> isKnown)
    {
        foreach (var property in json.EnumerateObject().Where(p => !isKnown(p.Name))) Add(prefix + property.Name, "There is no such field.");
    }

    /// <param name="what">"A report".</param>
    protected string NameOf(JsonElement json, string what)
    {
        var name = Text(json, "name")?.Trim();
        if (name is null or "") Add("name", $"{what} needs a name.");
        else if (name.Length > LongestName || name.Any(char.IsControl)) Add("name", $"A name has 1 to {LongestName} characters and no line breaks.");
        return name ?? "";
    }

    protected MetricsFilter FiltersOf(JsonElement json)
    {
        if (Get(json, "filters") is not { } filters) return MetricsFilter.None;
        if (filters.ValueKind != JsonValueKind.Object)
        {
            Add("filters", "It is an object of lists.");
            return MetricsFilter.None;
        }
        foreach (var property in filters.EnumerateObject())
        {
            if (property.Name is not ("user" or "project" or "model" or "source")) Add($"filters.{property.Name}", "There is no such filter.");
        }
        IReadOnlyList<string> Values(string name)
        {
            var values = Texts(filters, name, $"filters.{name}") ?? [];
            if (values.Count > MostValues || values.Any(v => v.Length is 0 or > LongestValue)) Add($"filters.{name}",
                $"It holds at most {MostValues} values, none of them empty.");
            return [.. values.Distinct(StringComparer.Ordinal)];
        }
        var sources = Values("source");
        if (sources.Any(s => !ReportWords.Sources.Contains(s))) Add("filters.source", $"A source is one of {string.Join(", ", ReportWords.Sources)}.");
        return new MetricsFilter(Values("user"), Values("project"), Values("model"), sources);
    }

    protected string Word(JsonElement json, string field, IReadOnlyList<string> known, string otherwise)
    {
        var word = Text(json, field) ?? otherwise;
        if (!known.Contains(word)) Add(field, $"It is one of {string.Join(", ", known)}.");
        return word;
    }

    protected IReadOnlyList<string>? Words(JsonElement json, string field, IReadOnlyList<string> known)
    {
        if (Texts(json, field) is not { } words) return null;
        foreach (var word in words.Where(w => !known.Contains(w))) Add(field, $"“{Shown(word)}” is none of {string.Join(", ", known)}.");
        return [.. words.Distinct(StringComparer.Ordinal)];
    }

    protected bool Switch(JsonElement json, string field, bool otherwise = false, string? name = null)
    {
        if (Get(json, field) is not { } value) return otherwise;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Add(name ?? field, "It is true or false.");
        return value.ValueKind == JsonValueKind.True;
    }

    protected string? Text(JsonElement json, string field, string? name = null)
    {
        if (Get(json, field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Add(name ?? field, "It is a text.");
        return null;
    }

    protected IReadOnlyList<string>? Texts(JsonElement json, string field, string? name = null)
    {
        if (Get(json, field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v =>
            v.ValueKind == JsonValueKind.String)) return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        Add(name ?? field, "It is a list of texts.");
        return [];
    }

    protected static JsonElement? Get(JsonElement json, string field) => json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null
        ? value : null;

    /// <summary>Fit for a message.</summary>
    protected static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? ' ' : c)]);
}
