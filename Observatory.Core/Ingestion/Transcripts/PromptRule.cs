using System.Collections.Frozen;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Who put a line's text in, as the line itself says it (<c>promptSource</c>, <c>origin.kind</c>).</summary>
internal enum Typist
{
    /// <summary>The line says nothing.</summary>
    Unmarked,

    /// <summary>A person, or the caller of the SDK.</summary>
    Person,

    /// <summary>The client, a teammate, a schedule, a channel.</summary>
    Machine,
}

/// <summary>
/// Which texts are prompts that somebody typed, for all sources: transcripts, telemetry and hooks. The one list of what the client puts
/// in by itself.
/// </summary>
internal static class PromptRule
{
    public const string Interruption = "[Request interrupted";

    private const string CommandMessage = "command-message";

    /// <summary>Tags of this beginning are what an editor says of its open file and selection.</summary>
    private const string EditorTag = "ide_";

    /// <summary>What a local command printed, and the caveat before it: a family of tags, new ones come with client versions.</summary>
    private const string LocalCommandTag = "local-command-";

    /// <summary>
    /// Elements that only the client writes at the start of a user's text. Seen in transcripts of clients 1.0.128 to 2.1.332 and in public reports
    /// of their users.
    /// </summary>
    private static readonly FrozenSet<string> s_machineTags = new[]
    {
        // A command of the client's own (/clear, /model); a custom one begins with command-message instead.
        "command-name",
        // "!" and what it printed.
        "bash-input", "bash-stdout", "bash-stderr",
        // Background work that ended or printed.
        "bash-notification", "task-notification", "agent-notification",
        // Other sessions, members of a team, chat channels.
        "teammate-message", "cross-session-message", "subagent-message", "channel", "channel-message",
        // What the client reminds the model of, and "#" of older clients.
        "system-reminder", "user-memory-input", "user-prompt-submit-hook", "session-start-hook", "fork-boilerplate",
        // Timers and work done elsewhere.
        "tick", "remote-review", "remote-review-progress", "ultraplan", "mcp-resource-update", "mcp-polling-update",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Sentences of the client before an element of another session. A person may begin so: they decide where no mark does.</summary>
    private static readonly string[] s_machineWords =
    [
        Interruption, "Another Claude session sent a message:", "[SYSTEM NOTIFICATION",
    ];

    private static readonly FrozenSet<string> s_personSources = new[] { "typed", "queued", "sdk" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_machineSources =
        new[] { "system", "teammate", "scheduled", "channel", "task-notification", "coordinator", "hook", "cron", "loop" }.ToFrozenSet(StringComparer.Ordinal);

    private const string PersonKind = "human";

    /// <param name="source"><c>promptSource</c>, or null.</param>
    /// <param name="kind"><c>origin.kind</c>, or null. Any but a human's is a machine's: clients add kinds.</param>
    public static Typist TypistOf(string? source, string? kind)
    {
        if (string.IsNullOrEmpty(source) && string.IsNullOrEmpty(kind)) return Typist.Unmarked;
        if (!string.IsNullOrEmpty(kind) && kind != PersonKind) return Typist.Machine;
        if (string.IsNullOrEmpty(source) || s_personSources.Contains(source)) return Typist.Person;
        // A source that is not known yet is a person's where the kind says so.
        return kind == PersonKind && !s_machineSources.Contains(source) ? Typist.Person : Typist.Machine;
    }

    /// <summary>
    /// Whether the text is somebody's prompt, for sources that know nothing else. Null or empty = not told, and taken for one (a picture has no
    /// text). One that holds nothing but an editor's context is none.
    /// </summary>
    /// <param name="text">All of it, at least where it begins with an editor's context.</param>
    /// <param name="typist">What the source says of who typed it.</param>
    public static bool IsPromptText(string? text, Typist typist = Typist.Unmarked)
    {
        if (typist == Typist.Machine) return false;
        if (string.IsNullOrEmpty(text)) return true;
        var start = text.AsSpan(EndOfContext(text));
        if (start.IsEmpty) return false;
        start = start.TrimStart();
        if (TagOf(start) is { Length: > 0 } tag) return !IsMachineTag(tag);
        foreach (var words in s_machineWords)
        {
            if (start.StartsWith(words, StringComparison.Ordinal)) return typist == Typist.Person && words != Interruption;
        }
        return true;
    }

    public static bool IsInterruption(string? text) => text.AsSpan().TrimStart().StartsWith(Interruption, StringComparison.Ordinal);

    /// <summary>What was typed: the text without the editor's context in front of it; of a custom command <c>/name arguments</c>.</summary>
    public static string? Typed(string? text)
    {
        if (text is null) return null;
        var end = EndOfContext(text);
        if (end > 0) text = text[end..];
        return TagOf(text.AsSpan().TrimStart()) is CommandMessage ? Command(text) : text;
    }

    /// <summary>A custom slash command, <c>&lt;command-message&gt;…</c>: typed, though some versions that mark prompts do not mark it.</summary>
    public static bool IsCommand(string? text) => text is not null && TagOf(text.AsSpan(EndOfContext(text)).TrimStart()) is CommandMessage;

    /// <summary>The text may have to be known to its end before <see cref="IsPromptText"/> and <see cref="Typed"/> can say anything of it.</summary>
    public static bool NeedsAll(ReadOnlySpan<char> start) => start.TrimStart() is var text
        && (text.IsEmpty || text.StartsWith($"<{EditorTag}", StringComparison.Ordinal));

    private static bool IsMachineTag(ReadOnlySpan<char> tag) =>
        tag.StartsWith(LocalCommandTag, StringComparison.Ordinal) || s_machineTags.GetAlternateLookup<ReadOnlySpan<char>>().Contains(tag);

    /// <summary>The name of the element that the text opens, empty where it opens none.</summary>
    private static ReadOnlySpan<char> TagOf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] != '<') return [];
        var length = 1;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '-' or '_')) length++;
        // A name that goes on in another way is another name.
        return length == text.Length || text[length] is '>' or '/' || char.IsWhiteSpace(text[length]) ? text[1..length] : [];
    }

    /// <summary>Where the typed text begins: behind the editor's elements and the white space after them; 0 where there are none.</summary>
    private static int EndOfContext(string text)
    {
        var end = 0;
        while (true)
        {
            var rest = text.AsSpan(end).TrimStart();
            var tag = TagOf(rest);
            if (!tag.StartsWith(EditorTag, StringComparison.Ordinal)) return end;
            var closing = rest.IndexOf($"</{tag}>", StringComparison.Ordinal);
            if (closing < 0) return end;
            rest = rest[(closing + tag.Length + 3)..].TrimStart();
            end = text.Length - rest.Length;
        }
    }

    private static string Command(string text)
    {
        var name = Element(text, "command-name") is { IsEmpty: false } told ? told.ToString() : "/" + Element(text, CommandMessage).ToString();
        var arguments = Element(text, "command-args");
        return arguments.IsEmpty ? name : $"{name} {arguments}";
    }

    /// <summary>The trimmed content of the first such element, to the end of the text where it is not closed.</summary>
    private static ReadOnlySpan<char> Element(string text, string tag)
    {
        var start = text.IndexOf($"<{tag}>", StringComparison.Ordinal);
        if (start < 0) return [];
        var content = text.AsSpan(start + tag.Length + 2);
        var end = content.IndexOf($"</{tag}>", StringComparison.Ordinal);
        return (end < 0 ? content : content[..end]).Trim();
    }
}
