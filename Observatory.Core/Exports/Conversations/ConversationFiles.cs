using Observatory.Core.Metrics;

namespace Observatory.Core.Exports.Conversations;

/// <summary>One conversation as a file: texts as far as they are kept.</summary>
public static class ConversationFiles
{
    public const string Markdown = "md";
    public const string Lines = "jsonl";

    public static IReadOnlyList<string> Formats { get; } = [Markdown, Lines];

    public static string ContentTypeOf(string format) => format == Markdown ? "text/markdown; charset=utf-8" : "application/x-ndjson; charset=utf-8";

    /// <summary><c>observatory-conversation-ID.md</c>; what a file name cannot hold becomes a dash.</summary>
    public static string NameOf(string id, string format) =>
        $"observatory-conversation-{new string([.. id.Take(80).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')])}.{format}";

    /// <summary>Leaves <paramref name="output"/> open.</summary>
    /// <param name="zone">Of the times in text; lines of JSON have instants.</param>
    public static Task WriteAsync(
        string format, ConversationRow conversation, ConversationTimeline timeline, TimeZoneInfo zone, Stream output, CancellationToken cancel = default)
    {
        var buffer = new OutputBuffer(output);
        return format == Markdown ? new ConversationMarkdown(buffer, zone).WriteAsync(conversation, timeline, cancel)
            : ConversationLines.WriteAsync(buffer, conversation, timeline, cancel);
    }
}
