namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// One text while it is looked at. Remembers the ends of runs that were walked through, so that a text which begins ever new candidates
/// inside one run is still walked through once.
/// </summary>
internal ref struct Scan(ReadOnlySpan<char> text, List<Finding> found)
{
    public readonly ReadOnlySpan<char> Text = text;
    private readonly List<Finding> _found = found;
    private readonly TextView? _view = TextView.Of(text);
    private RunEnds _runs;
    private Seen _doubleQuote;
    private Seen _singleQuote;
    private Seen _backtick;
    private Seen _newline;
    private Seen _at;
    private Seen _bracket;
    private int _wordStart = -1;
    private int _wordEnd = -1;

    /// <summary>Places at which a rule began so far.</summary>
    public int Tries;

    /// <summary>The name that was looked at last ends here.</summary>
    public int NameEnd;

    /// <summary>A command line up to here was read as a whole.</summary>
    public int CommandEnd;

    /// <summary>The words "aws" or an access key id were followed up to here.</summary>
    public int AwsEnd;

    /// <summary>Between these two places there is none, and at the second there is one, or the text ends.</summary>
    private record struct Seen(int From, int At);

    [System.Runtime.CompilerServices.InlineArray(CharSet.Count)]
    private struct RunEnds
    {
        private (int Start, int End) _first;
    }

    public readonly void Add(int start, int end, string kind)
    {
        if (end > start) _found.Add(new Finding(start, end, kind));
    }

    /// <summary>End of the run of such characters that begins here.</summary>
    public int RunEnd(int start, CharSet set)
    {
        ref var run = ref _runs[set.Index];
        if (start >= run.Start && start < run.End) return run.End;
        var end = start;
        while (end < Text.Length && set.Has(Text[end])) end++;
        run = (start, end);
        return end;
    }

    /// <summary>The next such mark at or behind a place; the length of the text where there is none.</summary>
    public int NextQuote(char mark, int from)
    {
        return mark switch
        {
            '"' => Next(mark, from, ref _doubleQuote),
            '\'' => Next(mark, from, ref _singleQuote),
            _ => Next(mark, from, ref _backtick),
        };
    }

    /// <summary>
    /// The mark that closes what this one opens: one that is escaped deeper belongs to what stands between them. Where there is none of its depth on the line,
    /// the next.
    /// </summary>
    public int Closing(int open, int from, int longest)
    {
        var mark = Text[open];
        var first = NextQuote(mark, from);
        if (_view is null) return first;
        var (depth, limit) = (_view.WidthAt(open), Math.Min(Text.Length, from + longest));
        for (var end = first; end < limit && end < LineEnd(from); end = NextQuote(mark, end + 1))
        {
            if (_view.WidthAt(end) <= depth) return end;
        }
        return first;
    }

    public int NextAt(int from) => Next('@', from, ref _at);

    public int NextBracket(int from) => Next(')', from, ref _bracket);

    public int LineEnd(int from) => Next('\n', from, ref _newline);

    /// <summary>End of what stands here without white space and quotation marks.</summary>
    public int WordEnd(int start)
    {
        if (start >= _wordStart && start < _wordEnd) return _wordEnd;
        var end = start;
        while (end < Text.Length && Text[end] > ' ' && Text[end] is not ('"' or '\'' or '`' or '\u00a0' or '\u3000')) end++;
        (_wordStart, _wordEnd) = (start, end);
        return end;
    }

    private readonly int Next(char c, int from, ref Seen known)
    {
        if (from >= Text.Length) return Text.Length;
        if (from >= known.From && from <= known.At && known.At > 0) return known.At;
        var next = Text[from..].IndexOf(c);
        known = new Seen(from, next < 0 ? Text.Length : from + next);
        return known.At;
    }

    /// <summary>Nothing that belongs to a word stands before a place.</summary>
    public readonly bool StartsAlone(int start) => start == 0 || !char.IsAsciiLetterOrDigit(Text[start - 1]) && Text[start - 1] is not ('_' or '-');

    public readonly bool IsAt(int at, string word) => at >= 0 && at + word.Length <= Text.Length && Text.Slice(at, word.Length).SequenceEqual(word);

    public readonly bool IsAtIgnoringCase(int at, string word) =>
        at >= 0 && at + word.Length <= Text.Length && Text.Slice(at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    public readonly char At(int at) => at >= 0 && at < Text.Length ? Text[at] : '\0';

    public readonly bool IsMark(int at) => IsAt(at, Redactor.MarkStart);

    public readonly int SkipBlanks(int at, int most)
    {
        var end = Math.Min(Text.Length, at + most);
        while (at < end && Text[at] is ' ' or '\t' or '\u00a0' or '\u3000') at++;
        return at;
    }
}
