namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Which <c>user</c> lines are prompts: text or a picture, no tool result, on the main chain, not made by the client, and not
/// starting with the marks of local commands, shell input and notifications.
/// </summary>
internal static class PromptRule
{
    public const string Interruption = "[Request interrupted";

    /// <summary>Characters behind the white space that decide.</summary>
    public const int LongestMark = 64;

    private static readonly string[] s_notPrompts =
    [
        "<local-command-", "<command-name>", "<bash-input>", "<bash-stdout>", "<bash-stderr>", "<task-notification>", Interruption,
    ];

    /// <param name="f">A line of type <c>user</c>.</param>
    /// <param name="start">Start of its text, at least 64 characters where it has them; null without text.</param>
    /// <param name="hasPicture">It has an image block.</param>
    public static bool IsPrompt(LineFields f, string? start, bool hasPicture)
    {
        if (f.IsMeta || f.IsSidechain || f.IsCompactSummary || string.IsNullOrEmpty(start) && !hasPicture) return false;
        foreach (var block in f.Blocks)
        {
            if (block.Kind == BlockKind.ToolResult) return false;
        }
        return IsPromptText(start);
    }

    /// <summary>The text's own part of the rule, for sources that know nothing else. Null = not told.</summary>
    public static bool IsPromptText(string? start) => start is null || !Array.Exists(s_notPrompts, mark => start.AsSpan().TrimStart().StartsWith(mark, StringComparison.Ordinal));
}
