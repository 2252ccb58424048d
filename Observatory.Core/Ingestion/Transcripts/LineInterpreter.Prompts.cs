using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Prompts: what of a line somebody typed, and what becomes of it when the file shows that its version marks who typed.</summary>
internal sealed partial class LineInterpreter
{
    /// <summary>Decoded of a prompt before redaction; what is kept is shorter.</summary>
    private const int LongestPrompt = 16_000;

    /// <summary>Prompts of this reading that bear no mark, of versions that were not seen to mark.</summary>
    private readonly List<(string Version, PromptEvent TakenBack)> _unmarked = [];

    /// <summary>Reads what lies before this reading again, with an interpreter of its own; null where nothing does.</summary>
    public Func<LineInterpreter>? Before { get; init; }

    public PromptMarks Marks { get; init; } = new(isKnown: true);

    private void Prompt(ReadOnlySpan<byte> line, LineFields f, EventBatch batch, string session, long at)
    {
        var typist = TypistOf(line, f);
        if (typist == Typist.Unmarked && f.IsHumanTurn) typist = Typist.Person;
        var picture = false;
        foreach (var block in f.Blocks)
        {
            if (block.Kind == BlockKind.ToolResult) return;
            picture |= block.Kind == BlockKind.Image;
        }
        var (text, length) = TextOf(line, f);
        var isPrompt = !f.IsMeta && !f.IsSidechain && !f.IsCompactSummary
            && (text is null ? picture && typist != Typist.Machine : PromptRule.IsPromptText(text, typist));
        if (!isPrompt)
        {
            if (PromptRule.IsInterruption(text)) Mark(line, f, batch, session, at, MarkKind.Interruption);
            return;
        }
        var typed = PromptRule.Typed(text);
        var isMarked = typist == Typist.Person || PromptRule.IsCommand(text);
        var takenBack = !isMarked && IsMarkedVersion(line, f);
        PromptEvent prompt = new()
        {
            Key = EventKey.Of(KeySpace.Line, f.Uuid.Raw(line)), At = at, Conversation = session,
            Project = _pool.Get(f.Cwd, line, LongestPath), Branch = _pool.Get(f.Branch, line),
            Version = _lastVersion, RequestRef = Ref(line, f), Text = takenBack || string.IsNullOrWhiteSpace(typed) ? null : Short(typed),
            Length = Math.Max(typed?.Length ?? 0, length - ((text?.Length ?? 0) - (typed?.Length ?? 0))),
            IsTakenBack = takenBack,
        };
        batch.Events.Add(prompt);
        if (isMarked || takenBack) return;
        var version = VersionOf(line, f);
        Marks.Open(version);
        _unmarked.Add((version, TakeBack(prompt)));
    }

    /// <summary>A mark on any line of a version says that the version marks: what was counted without one is taken back.</summary>
    private void NoteMark(ReadOnlySpan<byte> line, LineFields f, EventBatch batch)
    {
        if (!f.PromptSource.Exists && !f.OriginKind.Exists || TypistOf(line, f) == Typist.Unmarked) return;
        var version = VersionOf(line, f);
        if (!Marks.Mark(version)) return;
        var wasCounted = Marks.Close(version);
        TakeBack(_unmarked, version, batch);
        if (Before is null || !wasCounted && Marks.IsKnown) return;
        TakeBack(LookUp(), version, batch);
    }

    private bool IsMarkedVersion(ReadOnlySpan<byte> line, LineFields f)
    {
        if (!Marks.IsKnown) LookUp();
        return Marks.IsMarked(VersionOf(line, f));
    }

    /// <summary>The prompts without a mark that lie before this reading.</summary>
    private List<(string Version, PromptEvent TakenBack)> LookUp()
    {
        if (Before is null) return [];
        var before = Before();
        foreach (var version in before.Marks.Marked) Marks.Mark(version);
        if (!Marks.IsKnown)
        {
            foreach (var (version, _) in before._unmarked) Marks.Open(version);
        }
        Marks.IsKnown = true;
        return before._unmarked;
    }

    private static void TakeBack(List<(string Version, PromptEvent TakenBack)> prompts, string version, EventBatch batch)
    {
        foreach (var prompt in prompts)
        {
            if (prompt.Version == version) batch.Events.Add(prompt.TakenBack);
        }
        prompts.RemoveAll(p => p.Version == version);
    }

    private static PromptEvent TakeBack(PromptEvent x) => new()
    {
        Key = x.Key, At = x.At, Conversation = x.Conversation, Project = x.Project, Branch = x.Branch, Version = x.Version, RequestRef = x.RequestRef,
            IsTakenBack = true,
    };

    private Typist TypistOf(ReadOnlySpan<byte> line, LineFields f) => PromptRule.TypistOf(_pool.Get(f.PromptSource, line), _pool.Get(f.OriginKind, line));

    private string VersionOf(ReadOnlySpan<byte> line, LineFields f) => _pool.Get(f.Version, line) ?? "";

    /// <summary>The first text that holds more than an editor's context, and its length; null where there is none.</summary>
    private static (string? Text, int Length) TextOf(ReadOnlySpan<byte> line, LineFields f)
    {
        if (f.MessageText.Exists) return Decode(f.MessageText, line);
        foreach (var block in f.Blocks)
        {
            if (block.Kind != BlockKind.Text) continue;
            var (text, length) = Decode(block.Text, line);
            if (text is not null && PromptRule.Typed(text) is { Length: > 0 }) return (text, length);
        }
        return (null, 0);
    }

    private static (string? Text, int Length) Decode(Slice slice, ReadOnlySpan<byte> line)
    {
        if (slice.Length <= 0) return (null, 0);
        var text = slice.Decode(line, LongestPrompt)!;
        // A shorter text is whole. What is typed stands behind whatever the editor and white space put before it.
        if (text.Length < LongestPrompt - 1) return (text, text.Length);
        if (PromptRule.NeedsAll(text)) text = slice.Decode(line)!;
        return (text, Math.Max(text.Length, slice.Length));
    }

    private static string? Short(string? text)
    {
        if (text is null || text.Length <= LongestPrompt) return text;
        return text[..(char.IsHighSurrogate(text[LongestPrompt - 1]) ? LongestPrompt - 1 : LongestPrompt)];
    }
}
