using System.Text.Json;

namespace Observatory.Core.Retention;

/// <summary>How settings and plans are stored.</summary>
internal static class RetentionJson
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, s_options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, s_options) ?? throw new JsonException("The stored document is empty.");
}
