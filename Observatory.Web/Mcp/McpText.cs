using System.Globalization;
using System.Text;
using Observatory.Core.Presentation;

namespace Observatory.Web.Mcp;

/// <summary>
/// The answer of a tool: lines, as many as fit, then where to read on. What is cut is said. Texts that come from data are cut short and quoted: they are
/// data and no instructions.
/// </summary>
internal sealed class McpText
{
    /// <summary>Bytes of an answer: 1,500 tokens of four.</summary>
    public const int MostBytes = 6_000;

    private const int LongestName = 80;

    private readonly List<string> _lines = [];

    public static Formats Format { get; } = new(CultureInfo.InvariantCulture);

    public McpText Line(string line)
    {
        _lines.Add(line);
        return this;
    }

    /// <summary>A name or title from data, in quotes, in one line.</summary>
    public static string Word(string? text, int longest = LongestName)
    {
        if (string.IsNullOrWhiteSpace(text)) return "(none)";
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= longest)
            {
                clean.Append('…');
                break;
            }
            // Neither a new line nor a fence that would end the quote.
            clean.Append(Rune.IsControl(rune) || rune.Value is '`' or '"' ? " " : rune.ToString());
        }
        return $"\"{clean.ToString().Trim()}\"";
    }

    public static string Money(decimal? usd) => usd is null ? "no price" : Format.Money(usd);

    public static string Change(decimal? now, decimal? before) => before is > 0 && now is { } value
        ? $" ({Format.SignedPercent((double)((value - before.Value) / before.Value * 100))})" : "";

    /// <param name="link">Of the page that shows the same.</param>
    /// <param name="narrower">How to ask for less, said where something was cut.</param>
    public string Build(string link, string narrower)
    {
        var end = $"\nPage: {link}";
        var hint = $"\n(Cut. {narrower})";
        var room = MostBytes - Encoding.UTF8.GetByteCount(end) - Encoding.UTF8.GetByteCount(hint);
        var text = new StringBuilder();
        var size = 0;
        foreach (var line in _lines)
        {
            var bytes = Encoding.UTF8.GetByteCount(line) + 1;
            if (size + bytes > room) return text.Append(hint.AsSpan(text.Length == 0 ? 1 : 0)).Append(end).ToString();
            if (size > 0) text.Append('\n');
            text.Append(line);
            size += bytes;
        }
        return text.Append(end).ToString();
    }
}
