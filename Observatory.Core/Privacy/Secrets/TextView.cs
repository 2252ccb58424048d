using System.Buffers;
using System.Globalization;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>
/// A text as the rules look at it: colour codes, line numbers and the marks of a diff or a quote are left out, escapes (<c>\n</c>,
/// <c>\"</c>, <c>\u0067</c>, <c>%3D</c>, <c>&amp;quot;</c>) are read. What is found in the view is taken out of the text itself, with
/// what the view left out. One a thread; <see cref="Look"/> overwrites what was looked at before.
/// </summary>
internal sealed class TextView
{
    private const char Escape = '\u001b';

    /// <summary>A text at rest in memory longer than this gives its room back.</summary>
    private const int LargestKept = 1 << 20;

    private static readonly SearchValues<char> s_special = SearchValues.Create("\u001b\\%&\n\r\u009b");

    /// <summary>The one that this thread looked at last.</summary>
    [ThreadStatic]
    private static TextView? s_last;

    private readonly List<Segment> _segments = [];
    private char[] _buffer = [];
    private int _length;

    /// <summary>The segment that was asked for last: the next one asked for is near it.</summary>
    private int _near;

    /// <summary>Between these two places of the text nothing ends an operating system command (OSC).</summary>
    private (int From, int To) _noEnd;

    /// <summary>A part of the view. One to one with the text, or one character that stands for several of it.</summary>
    private readonly record struct Segment(int View, int Source, int Width);

    /// <summary>The view of a text, without copying where nothing had to change. Valid until the next call.</summary>
    public ReadOnlySpan<char> Look(ReadOnlySpan<char> source)
    {
        s_last = this;
        _segments.Clear();
        _length = 0;
        _near = 0;
        _noEnd = default;
        if (_buffer.Length > LargestKept) _buffer = [];
        var at = LinePrefix(source, 0);
        var copied = 0;
        if (at > 0) copied = Skip(source, 0, 0, at);
        while (at < source.Length)
        {
            var next = source[at..].IndexOfAny(s_special);
            if (next < 0) break;
            at += next;
            var (width, read) = Special(source, at);
            if (width > 0)
            {
                copied = read == '\0' ? Skip(source, copied, at, width) : Replace(source, copied, at, width, read);
                at += width;
            }
            else at++;
            if (!EndsLine(source, at, read, width)) continue;
            var prefix = LinePrefix(source, at);
            if (prefix > 0) copied = Skip(source, copied, at, prefix);
            at += prefix;
        }
        if (_segments.Count == 0) return source;
        Copy(source, copied, source.Length);
        return _buffer.AsSpan(0, _length);
    }

    /// <summary>A line ends before <paramref name="at"/>: a real end, an escaped one, or one that a backslash took away.</summary>
    private static bool EndsLine(ReadOnlySpan<char> source, int at, char read, int width) =>
        width == 0 ? source[at - 1] == '\n' : read == '\n' || read == ' ' && source[at - 1] is '\n' or 'n' or 'r';

    /// <summary>The view that such a text is of; null where it stands as it was written.</summary>
    public static TextView? Of(ReadOnlySpan<char> text) =>
        s_last is { } view && view._segments.Count > 0 && text == view._buffer.AsSpan(0, view._length) ? view : null;

    /// <summary>Characters of the text that one of the view stands for: of a quotation mark it says how deep it is escaped.</summary>
    public int WidthAt(int view) => Of(view).Width;

    /// <summary>Where something of the view begins in the text.</summary>
    public int SourceStart(int view)
    {
        if (_segments.Count == 0) return view;
        var segment = Of(view);
        return segment.Width == 1 ? segment.Source + (view - segment.View) : segment.Source;
    }

    /// <summary>Where something of the view ends in the text.</summary>
    public int SourceEnd(int view)
    {
        if (_segments.Count == 0 || view == 0) return view;
        var segment = Of(view - 1);
        return segment.Width == 1 ? segment.Source + (view - segment.View) : segment.Source + segment.Width;
    }

    private Segment Of(int view)
    {
        if (_segments[_near].View <= view)
        {
            for (var i = _near; i < _segments.Count && i < _near + 4; i++)
            {
                if (i + 1 == _segments.Count || _segments[i + 1].View > view) return _segments[_near = i];
            }
        }
        var (low, high) = (0, _segments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_segments[middle].View <= view) low = middle;
            else high = middle - 1;
        }
        return _segments[_near = low];
    }

    private int Skip(ReadOnlySpan<char> source, int copied, int at, int width)
    {
        Copy(source, copied, at);
        return at + width;
    }

    private int Replace(ReadOnlySpan<char> source, int copied, int at, int width, char read)
    {
        Copy(source, copied, at);
        Grow(1);
        _segments.Add(new Segment(_length, at, width));
        _buffer[_length++] = read;
        return at + width;
    }

    private void Copy(ReadOnlySpan<char> source, int from, int to)
    {
        if (to <= from)
        {
            // Even an empty part says where the view and the text stand.
            if (_segments.Count == 0) _segments.Add(new Segment(0, from, 1));
            return;
        }
        Grow(to - from);
        _segments.Add(new Segment(_length, from, 1));
        source[from..to].CopyTo(_buffer.AsSpan(_length));
        _length += to - from;
    }

    private void Grow(int more)
    {
        if (_length + more > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_length + more, Math.Max(4_096, _buffer.Length * 2)));
    }

    /// <summary>How many characters an escape or colour code takes, and what it stands for (NUL: nothing). Width 0: it is none.</summary>
    private (int Width, char Read) Special(ReadOnlySpan<char> source, int at) => source[at] switch
    {
        Escape => (ControlSequence(source, at + 1, 1), '\0'),
        '\u009b' => (Parameters(source, at + 1) - at, '\0'),
        '\\' => Backslash(source, at),
        '%' => Percent(source, at),
        '&' => Entity(source, at),
        _ => (0, '\0'),
    };

    /// <summary>Length of what an escape character begins: a colour (CSI), a title or link (OSC), or a short one.</summary>
    private int ControlSequence(ReadOnlySpan<char> source, int at, int width)
    {
        if (at >= source.Length) return width;
        var start = at - width;
        switch (source[at])
        {
            case '[':
                return Parameters(source, at + 1) - start;
            case ']':
                var end = EndOfOsc(source, at + 1, Math.Min(source.Length, at + 2_048));
                if (end < 0) return width;
                if (source[end] == '\u0007') return end + 1 - start;
                return source[end] == Escape && end + 1 < source.Length && source[end + 1] == '\\' ? end + 2 - start : end - start;
            case '(' or ')' or '#':
                return Math.Min(source.Length, at + 2) - start;
            default:
                return source[at] is >= '0' and <= '~' ? width + 1 : width;
        }
    }

    /// <summary>Where what ends such a command stands before <paramref name="limit"/>; −1 where nothing does. What was walked through is not walked through
    /// again.</summary>
    private int EndOfOsc(ReadOnlySpan<char> source, int from, int limit)
    {
        var start = from >= _noEnd.From && from <= _noEnd.To ? _noEnd.To : from;
        if (start >= limit) return -1;
        var next = source[start..limit].IndexOfAny('\u0007', Escape, '\n');
        _noEnd = (start == from ? from : _noEnd.From, next < 0 ? limit : start + next);
        return next < 0 ? -1 : start + next;
    }

    private static int Parameters(ReadOnlySpan<char> source, int at)
    {
        while (at < source.Length && source[at] is >= ' ' and <= '?') at++;
        return at < source.Length && source[at] is >= '@' and <= '~' ? at + 1 : at;
    }

    private (int Width, char Read) Backslash(ReadOnlySpan<char> source, int at)
    {
        var end = at + 1;
        while (end < source.Length && source[end] == '\\') end++;
        var run = end - at;
        if (end >= source.Length) return run > 1 ? (run, '\\') : (0, '\0');
        switch (source[end])
        {
            // Three before it: an escaped backslash that continues a line, and the end of that line.
            case 'n' or 'r':
                return run % 3 == 0 ? (run + 1 + EscapedLineFeed(source, end), ' ') : (run + 1, '\n');
            case 't':
                return (run + 1, ' ');
            case '"' or '\'' or '`' or '/':
                return (run + 1, source[end]);
            case '\n':
                return (run + 1, ' ');
            case '\r' when end + 1 < source.Length && source[end + 1] == '\n':
                return (run + 2, ' ');
            case 'e' when IsBracket(source, end + 1):
                return (ControlSequence(source, end + 1, run + 1), '\0');
            case 'u' when Number(source, end + 1, 4, 16) is var c and >= 0:
                return Coded(source, end + 5, run + 5, c);
            case 'x' when Number(source, end + 1, 2, 16) is var c and >= 0:
                return Coded(source, end + 3, run + 3, c);
            case '0' when Number(source, end + 1, 2, 8) is Escape:
                return (ControlSequence(source, end + 3, run + 3), '\0');
            default:
                return run > 1 ? (run, '\\') : (0, '\0');
        }
    }

    private static bool IsBracket(ReadOnlySpan<char> source, int at) => at < source.Length && source[at] == '[';

    private (int Width, char Read) Coded(ReadOnlySpan<char> source, int after, int width, int code) => code switch
    {
        Escape => (ControlSequence(source, after, width), '\0'),
        '\n' or '\r' => (width, '\n'),
        >= ' ' and not (127 or >= 0xD800 and < 0xE000) => (width, (char)code),
        _ => (0, '\0'),
    };

    /// <summary>Only what separates names from values: other codes lie inside of values, and <c>%d</c> is no code at all.</summary>
    private static (int Width, char Read) Percent(ReadOnlySpan<char> source, int at)
    {
        if (at + 2 >= source.Length) return (0, '\0');
        var read = (source[at + 1], source[at + 2]) switch
        {
            ('3', 'D') => '=',
            ('3', 'A') => ':',
            ('3', 'F') => '?',
            ('2', '6') => '&',
            ('2', '2') => '"',
            ('2', '7') => '\'',
            ('2', '0') => ' ',
            ('0', 'A') => '\n',
            ('2', 'F') => '/',
            ('7', 'B') => '{',
            ('7', 'D') => '}',
            _ => '\0',
        };
        return read == '\0' ? (0, read) : (3, read);
    }

    private static (int Width, char Read) Entity(ReadOnlySpan<char> source, int at)
    {
        foreach (var (name, read) in s_entities)
        {
            if (source[at..].StartsWith(name)) return (name.Length, read);
        }
        return (0, '\0');
    }

    private static readonly (string Name, char Read)[] s_entities =
        [("&quot;", '"'), ("&#34;", '"'), ("&#39;", '\''), ("&#x27;", '\''), ("&apos;", '\''), ("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];

    private static int Number(ReadOnlySpan<char> source, int at, int digits, int radix)
    {
        if (at + digits > source.Length) return -1;
        var value = 0;
        for (var i = at; i < at + digits; i++)
        {
            var digit = char.IsAsciiHexDigit(source[i]) ? int.Parse(source.Slice(i, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : radix;
            if (digit >= radix) return -1;
            value = value * radix + digit;
        }
        return value;
    }

    /// <summary>What tools put before each line of a file: a number with an arrow, a tab or a bar; the plus of a diff; the mark of a quote.</summary>
    private static int LinePrefix(ReadOnlySpan<char> source, int start)
    {
        var at = start;
        var digits = at;
        while (digits < source.Length && digits - at < 8 && source[digits] == ' ') digits++;
        var end = digits;
        while (end < source.Length && end - digits < 7 && char.IsAsciiDigit(source[end])) end++;
        if (end > digits && end < source.Length)
        {
            var bar = end;
            while (bar < source.Length && bar - end < 2 && source[bar] == ' ') bar++;
            if (ArrowOrTab(source, end) is var width and > 0) at = end + width;
            else if (bar < source.Length && source[bar] is '|' or '│') at = bar + 1;
        }
        if (Sign(source, at, '+') is var plus and > 0 && Sign(source, at + plus, '+') == 0) at += plus;
        else if (at + 1 < source.Length && source[at] == '-' && char.IsAsciiLetterOrDigit(source[at + 1]) && at + 2 < source.Length
            && source[at + 2] != ' ' && char.IsAsciiLetterOrDigit(source[at + 2])) at++;
        while (Sign(source, at, '>') is var quote and > 0)
        {
            at += quote;
            if (at < source.Length && source[at] == ' ') at++;
        }
        if (IsComment(source, at)) at = source[at] == '/' ? at + 3 : at + 2;
        return at - start;
    }

    /// <summary>Width of the sign where it stands, in JSON perhaps as an escape; 0 where it does not.</summary>
    private static int Sign(ReadOnlySpan<char> source, int at, char sign)
    {
        if (at >= source.Length) return 0;
        if (source[at] != '\\') return source[at] == sign ? 1 : 0;
        var end = at;
        while (end < source.Length && source[end] == '\\') end++;
        return end < source.Length && source[end] == 'u' && Number(source, end + 1, 4, 16) == sign ? end + 5 - at : 0;
    }

    /// <summary>What follows the number of a line: an arrow or a tab, in JSON as escapes. 0 where neither does.</summary>
    private static int ArrowOrTab(ReadOnlySpan<char> source, int at)
    {
        if (source[at] is '→' or '\t') return 1;
        var end = at;
        while (end < source.Length && source[end] == '\\') end++;
        if (end == at || end >= source.Length) return 0;
        if (source[end] == 't') return end + 1 - at;
        return source[end] == 'u' && Number(source, end + 1, 4, 16) is '→' or '\t' ? end + 5 - at : 0;
    }

    /// <summary>Behind an escaped carriage return that a backslash took away: the line feed that belongs to it.</summary>
    private static int EscapedLineFeed(ReadOnlySpan<char> source, int letter)
    {
        if (source[letter] != 'r') return 0;
        var end = letter + 1;
        while (end < source.Length && source[end] == '\\') end++;
        return end > letter + 1 && end < source.Length && source[end] == 'n' ? end - letter : 0;
    }

    private static bool IsComment(ReadOnlySpan<char> source, int at) =>
        at + 3 < source.Length && (source[at] == '#' && source[at + 1] == ' ' || source[at] == '/' && source[at + 1] == '/' && source[at + 2] == ' ');
}
