using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observatory.Core.Exports.Json;

/// <summary>Values of a table as JSON, as the HTTP API writes them.</summary>
internal static class JsonValues
{
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case DateTimeOffset instant: json.WriteStringValue(instant.UtcDateTime); break;
            case DateTime local: json.WriteStringValue(Local(local)); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            default: throw new ArgumentException($"A {value.GetType().Name} is no value of a table.", nameof(value));
        }
    }

    /// <summary>UTC with <c>Z</c>.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    public static string Local(DateTime local) => local.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
