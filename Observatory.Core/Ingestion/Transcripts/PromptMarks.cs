namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>
/// Which client versions mark in one file who typed a line. A version that does it once does it always: its lines without a mark are no
/// prompts, wherever they stand. Kept while the file is followed; not thread-safe.
/// </summary>
/// <param name="isKnown">Nothing of the file was read before, or all of it with this.</param>
internal sealed class PromptMarks(bool isKnown)
{
    private readonly List<string> _marked = [];
    private readonly List<string> _open = [];

    /// <summary>False where the file was read before by a run that is over: what it holds has to be looked up.</summary>
    public bool IsKnown { get; set; } = isKnown;

    /// <summary>Versions that mark.</summary>
    public IReadOnlyList<string> Marked => _marked;

    public bool IsMarked(string version) => _marked.Contains(version);

    /// <summary>True where it is news.</summary>
    public bool Mark(string version)
    {
        if (_marked.Contains(version)) return false;
        _marked.Add(version);
        return true;
    }

    /// <summary>A prompt without a mark was counted.</summary>
    public void Open(string version)
    {
        if (!_open.Contains(version)) _open.Add(version);
    }

    /// <summary>A prompt of the version was counted for want of a mark. Asked once: what was counted is taken back then.</summary>
    public bool Close(string version) => _open.Remove(version);

    /// <summary>The file is another one now.</summary>
    public void Clear()
    {
        _marked.Clear();
        _open.Clear();
        IsKnown = true;
    }
}
