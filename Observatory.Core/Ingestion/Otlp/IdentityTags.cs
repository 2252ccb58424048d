using System.Text.Json;

namespace Observatory.Core.Ingestion.Otlp;

/// <summary>
/// Tags of telemetry that say whose a value is, not what it is of: sessions, prompts, people. There are as many as there are of these, so they are no part of
/// a series, and are kept beside its values.
/// </summary>
internal static class IdentityTags
{
    private static readonly string[] s_names = ["session.id", "organization.id", "prompt.id", "enduser.id"];

    private const string OfUsers = "user.";

    public static bool IsIdentity(string name) => Array.IndexOf(s_names, name) >= 0 || name.StartsWith(OfUsers, StringComparison.Ordinal);

    /// <summary>The tags without those, and those alone; the second is empty where there is none.</summary>
    /// <param name="tags">JSON object of strings, names in order.</param>
    public static (string Tags, string Identity) Split(string tags)
    {
        if (!MayHave(tags)) return (tags, "");
        var (rest, identity) = (new List<KeyValuePair<string, OtlpValue>>(), new List<KeyValuePair<string, OtlpValue>>());
        using var document = JsonDocument.Parse(tags);
        foreach (var tag in document.RootElement.EnumerateObject())
        {
            (IsIdentity(tag.Name) ? identity : rest).Add(KeyValuePair.Create(tag.Name, OtlpValue.Of(tag.Value.GetString() ?? "")));
        }
        return identity.Count == 0 ? (tags, "") : (AttributeJson.Write(rest), AttributeJson.Write(identity));
    }

    /// <summary>Names of the tags of an object of strings.</summary>
    public static IEnumerable<string> NamesOf(string tags)
    {
        using var document = JsonDocument.Parse(tags);
        return [.. document.RootElement.EnumerateObject().Select(t => t.Name)];
    }

    private static bool MayHave(string tags) =>
        tags.Contains("\"user.", StringComparison.Ordinal) || Array.Exists(s_names, n => tags.Contains($"\"{n}\"", StringComparison.Ordinal));
}
