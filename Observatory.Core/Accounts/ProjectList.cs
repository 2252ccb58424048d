using System.Text.Json;

namespace Observatory.Core.Accounts;

/// <summary>How the projects that an account or a key sees are kept: a JSON array of paths. None at all means that all are seen.</summary>
public static class ProjectList
{
    public const int Most = 500, LongestPath = 1_024;

    /// <summary>Null = no list.</summary>
    public static string? Write(IReadOnlyList<string>? paths) => paths is null or [] ? null : JsonSerializer.Serialize(paths);

    /// <summary>Null = no list.</summary>
    public static IReadOnlyList<string>? Read(string? kept) => kept is null ? null : JsonSerializer.Deserialize<string[]>(kept);
}
