using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>What the real client wrote (Fixtures/claude-code), and what was known when it was recorded.</summary>
internal static class Fixture
{
    public const string Owner = "fixture-owner";

    public const long Input = 6_330;
    public const long Output = 192_225;
    public const long CacheWrite = 1_480_394;
    public const long CacheWrite5m = 899_126;
    public const long CacheWrite1h = 581_268;
    public const long CacheRead = 4_374_792;
    public const long Total = 6_053_741;
    public const long AssistantMessages = 186;
    public const long UserMessages = 82;
    public const long ToolCalls = 110;
    public const long ToolErrors = 15;
    public const long Conversations = 70;

    public static DateTimeOffset Start { get; } = new(2026, 11, 9, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Behind everything that was recorded.</summary>
    public static DateTimeOffset End { get; } = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The configuration folder: the parent of <c>projects</c>.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "claude-code");

    public static JsonDocument Truth() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "truth.json")));
}
