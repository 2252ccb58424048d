using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Observatory.Web.Api;

/// <summary>
/// Reads a small JSON object field by field. Everything that is wrong with it is collected by the name of its field, and so is a field that is not known:
/// a typing mistake would else be kept as if nothing had been said.
/// </summary>
internal sealed class FieldReader
{
    private const int LongestBody = 1 << 20;
    private const string Whole = "body";

    private readonly SortedDictionary<string, List<string>> _errors = new(StringComparer.Ordinal);
    private readonly JsonElement _body;

    private FieldReader(JsonElement body) => _body = body;

    public bool IsGood => _errors.Count == 0;

    /// <param name="known">Fields that are read.</param>
    /// <param name="ignored">Fields of the answer that nobody changes: what was read can be sent back.</param>
    public static async Task<FieldReader> ReadAsync(HttpRequest request, string[] known, string[] ignored, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (bytes.Length + count > LongestBody) return Refused($"is longer than {LongestBody:N0} bytes");
            bytes.Write(buffer, 0, count);
        }
        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return Refused("is no JSON object");
            var reader = new FieldReader(document.RootElement.Clone());
            foreach (var field in document.RootElement.EnumerateObject().Select(f => f.Name).Where(f => !known.Contains(f) && !ignored.Contains(f)))
            {
                reader.Wrong(field, "is not known here");
            }
            return reader;
        }
        catch (JsonException)
        {
            return Refused("is no JSON");
        }
    }

    /// <summary>Null = it is missing, or null.</summary>
    public JsonElement? Value(string field) => _body.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Notes what is wrong; goes on after the name of the field: "is …".</summary>
    public void Wrong(string field, string what)
    {
        if (!_errors.TryGetValue(field, out var texts)) _errors[field] = texts = [];
        texts.Add($"{field} {what}.");
    }

    /// <summary>Null = it is missing or wrong, which is noted.</summary>
    public string? Text(string field, int longest, bool isNeeded = true)
    {
        if (!_body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (isNeeded) Wrong(field, "is missing");
            return null;
        }
        if (value.ValueKind != JsonValueKind.String)
        {
            Wrong(field, "is no text");
            return null;
        }
        var text = value.GetString()!;
        if (text.Length <= longest && !text.Any(char.IsControl)) return text;
        Wrong(field, text.Length > longest ? $"is longer than {longest} characters" : "holds control characters");
        return null;
    }

    /// <summary>It is there, be it null.</summary>
    public bool Has(string field) => _body.TryGetProperty(field, out _);

    /// <summary>Null = it is missing, null or wrong, which is noted.</summary>
    public int? Number(string field, int least, int most)
    {
        if (!_body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Wrong(field, $"is not from {least} to {most}");
        return null;
    }

    /// <summary>Null = it is missing, null or wrong, which is noted.</summary>
    public IReadOnlyList<string>? Texts(string field, int most, int longest)
    {
        if (!_body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String || v.GetString() is not { Length: > 0 }))
        {
            Wrong(field, "is no list of texts");
            return null;
        }
        var texts = value.EnumerateArray().Select(v => v.GetString()!).Distinct(StringComparer.Ordinal).ToList();
        if (texts.Count <= most && texts.All(t => t.Length <= longest && !t.Any(char.IsControl))) return texts;
        Wrong(field, texts.Count > most ? $"holds more than {most:N0}" : $"holds one that is longer than {longest:N0} characters, or has control characters");
        return null;
    }

    /// <summary>False where it is missing.</summary>
    public bool Flag(string field)
    {
        if (!_body.TryGetProperty(field, out var value)) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(field, "is neither true nor false");
        return false;
    }

    /// <summary>The objects of a list, each as a body of its own whose fields are named with their place.</summary>
    public IReadOnlyList<JsonElement> Objects(string field, int most)
    {
        if (!_body.TryGetProperty(field, out var value))
        {
            Wrong(field, "is missing");
            return [];
        }
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.Object))
        {
            Wrong(field, "is no list of objects");
            return [];
        }
        if (value.GetArrayLength() <= most) return [.. value.EnumerateArray()];
        Wrong(field, $"holds more than {most:N0}");
        return [];
    }

    public ProblemHttpResult Problem() => TypedResults.Problem(
        string.Join(' ', _errors.SelectMany(e => e.Value)), statusCode: StatusCodes.Status400BadRequest, title: "What was sent cannot be kept",
        extensions: [new KeyValuePair<string, object?>("errors", _errors.ToDictionary(e => e.Key, e => e.Value.ToArray()))]);

    private static FieldReader Refused(string what)
    {
        var reader = new FieldReader(JsonDocument.Parse("{}").RootElement);
        reader.Wrong(Whole, what);
        return reader;
    }
}
