using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Observatory.Core.Exports.Drawing;
using Observatory.Core.Exports.Pdf;
using Observatory.Core.Exports.Tables;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

/// <summary>Pages as a reader of the format sees them: objects, fonts, and the letters behind the glyphs.</summary>
public sealed partial class PdfTests
{
    private static readonly ExportColumn[] s_columns =
        [new("name", ColumnType.Text, "Name"), new("calls", ColumnType.Whole, "Tool calls", "calls"), new("cost", ColumnType.Number, "Cost", "USD")];

    [Fact]
    public async Task Pages_are_numbered_have_heads_text_and_letters_and_say_what_is_left_out()
    {
        var rows = Enumerable.Range(0, 250).Select(i => new object?[] { $"row-{i:000}-été-日本", (long)i, i / 100m });
        var file = await Tables.WriteAsync(new PdfFormat(mostRows: 200), Tables.Of(s_columns, rows, locale: "de-DE"));
        Assert.StartsWith("%PDF-", Encoding.ASCII.GetString(file, 0, 5), StringComparison.Ordinal);
        var pages = Count(file, PageObject());
        Assert.InRange(pages, 4, 8);
        // A4, on its side.
        Assert.Equal(pages, Count(file, A4()));
        Assert.True(Count(file, FontFile()) >= 2);
        Assert.Equal(0, Count(file, Picture()));
        var text = TextOf(file);
        for (var i = 0; i < 200; i++) Assert.Contains($"row-{i:000}-été-日本", text, StringComparison.Ordinal);
        Assert.DoesNotContain("row-200", text, StringComparison.Ordinal);
        Assert.Contains("50 are left out", text, StringComparison.Ordinal);
        for (var page = 1; page <= pages; page++) Assert.Contains($"{page} / {pages}", text, StringComparison.Ordinal);
        Assert.Equal(pages, Regex.Count(text, "Tool"));
    }

    [Theory]
    [InlineData("en-US", true)]
    [InlineData("en-CA", true)]
    [InlineData("en-GB", false)]
    public async Task Paper_is_that_of_the_locale(string locale, bool isLetter)
    {
        var file = await Tables.WriteAsync(new PdfFormat(), Tables.Of(s_columns, [["x", 1L, 2m]], locale: locale));
        Assert.Equal(isLetter ? (1, 0) : (0, 1), (Count(file, Letter()), Count(file, A4())));
    }

    [Fact]
    public async Task A_character_that_no_font_has_stands_as_a_box_and_control_characters_do_no_harm()
    {
        var text = TextOf(await Tables.WriteAsync(new PdfFormat(), Tables.Of(s_columns, [["a\u0000b\tc\uD83D\uDE00\uD800", 1L, null]])));
        Assert.Contains("a b c" + FontSet.Missing, text, StringComparison.Ordinal);
        Assert.Contains("—", text, StringComparison.Ordinal);
        Assert.NotEmpty(TextOf(await Tables.WriteAsync(new PdfFormat(), Tables.Of(s_columns, []))));
    }

    [Theory]
    [InlineData(0, 10, 20, new[] { 0 })]
    [InlineData(10, 10, 20, new[] { 10 })]
    [InlineData(11, 10, 20, new[] { 9, 2 })]
    [InlineData(31, 10, 20, new[] { 10, 19, 2 })]
    [InlineData(50, 10, 20, new[] { 10, 20, 20 })]
    public void No_row_stands_alone_on_the_last_page(int count, int first, int others, int[] pages) =>
        Assert.Equal(pages, PdfFormat.Paginate(count, first, others));

    /// <summary>Letters of all pages, by the maps from glyphs to letters that the file carries, in the order in which they are drawn.</summary>
    private static string TextOf(byte[] file)
    {
        var body = Encoding.Latin1.GetString(file);
        var streams = Streams(file, body);
        var objects = Objects().Matches(body).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        var maps = new Dictionary<string, Dictionary<int, string>>();
        foreach (var (number, content) in objects)
        {
            if (ToUnicode().Match(content) is { Success: true } map && streams.TryGetValue(map.Groups[1].Value, out var table)) maps[number] = MapOf(table);
        }
        var text = new StringBuilder();
        foreach (var page in objects.Values.Where(o => PageObject().IsMatch(o)))
        {
            var fonts = FontNames().Matches(FontsOf(page, objects)).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
            var content = streams[Contents().Match(page).Groups[1].Value];
            Dictionary<int, string> map = [];
            foreach (Match step in Steps().Matches(content))
            {
                if (step.Groups[1].Success) map = fonts.TryGetValue(step.Groups[1].Value, out var font) ? maps.GetValueOrDefault(font, []) : [];
                else foreach (var glyphs in step.Groups[2].Value.Chunk(4)) text.Append(map.GetValueOrDefault(Convert.ToInt32(new string(glyphs), 16), "?"));
            }
        }
        // One glyph serves a character and its radical: the map of the file names either.
        return text.ToString().Normalize(NormalizationForm.FormKC);
    }

    private static string FontsOf(string page, Dictionary<string, string> objects)
    {
        var resources = Resources().Match(page) is { Success: true } reference ? objects[reference.Groups[1].Value] : page;
        return Fonts().Match(resources).Groups[1].Value;
    }

    private static Dictionary<int, string> MapOf(string table)
    {
        var map = new Dictionary<int, string>();
        foreach (Match line in OneLetter().Matches(table)) map[Convert.ToInt32(line.Groups[1].Value, 16)] = LettersOf(line.Groups[2].Value);
        foreach (Match line in LetterRange().Matches(table))
        {
            var (first, last, letter) = (Convert.ToInt32(line.Groups[1].Value, 16), Convert.ToInt32(line.Groups[2].Value, 16),
                Convert.ToInt32(line.Groups[3].Value, 16));
            for (var glyph = first; glyph <= last; glyph++) map[glyph] = char.ConvertFromUtf32(letter + glyph - first);
        }
        return map;
    }

    private static string LettersOf(string hex) => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(hex));

    private static Dictionary<string, string> Streams(byte[] file, string body)
    {
        var streams = new Dictionary<string, string>();
        foreach (Match m in StreamObjects().Matches(body))
        {
            var (at, length) = (m.Index + m.Length, int.Parse(Length().Match(m.Value).Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
            using var bytes = new MemoryStream(file, at, length);
            using Stream plain = m.Value.Contains("/FlateDecode", StringComparison.Ordinal) ? new ZLibStream(bytes, CompressionMode.Decompress) : bytes;
            using var reader = new StreamReader(plain, Encoding.Latin1);
            streams[m.Groups[1].Value] = reader.ReadToEnd();
        }
        return streams;
    }

    private static int Count(byte[] file, Regex what) => what.Count(Encoding.Latin1.GetString(file));

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)")]
    private static partial Regex PageObject();

    [GeneratedRegex(@"/MediaBox\s*\[0 0 842 595\]")]
    private static partial Regex A4();

    [GeneratedRegex(@"/MediaBox\s*\[0 0 792 612\]")]
    private static partial Regex Letter();

    [GeneratedRegex(@"/FontFile2?3?\s")]
    private static partial Regex FontFile();

    [GeneratedRegex(@"/Subtype\s*/Image\b")]
    private static partial Regex Picture();

    [GeneratedRegex(@"(?:^|\n)(\d+) 0 obj\b(.*?)\nendobj", RegexOptions.Singleline)]
    private static partial Regex Objects();

    [GeneratedRegex(@"(?:^|\n)(\d+) 0 obj\s*<<[^\n]*(?:\n(?!endobj)[^\n]*)*?>>\s*stream\r?\n")]
    private static partial Regex StreamObjects();

    [GeneratedRegex(@"/Length (\d+)")]
    private static partial Regex Length();

    [GeneratedRegex(@"/ToUnicode (\d+) 0 R")]
    private static partial Regex ToUnicode();

    [GeneratedRegex(@"/Contents (\d+) 0 R")]
    private static partial Regex Contents();

    [GeneratedRegex(@"/Resources (\d+) 0 R")]
    private static partial Regex Resources();

    [GeneratedRegex(@"/Font\s*<<(.*?)>>", RegexOptions.Singleline)]
    private static partial Regex Fonts();

    [GeneratedRegex(@"/(F\d+) (\d+) 0 R")]
    private static partial Regex FontNames();

    [GeneratedRegex(@"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")]
    private static partial Regex Steps();

    [GeneratedRegex(@"(?m)^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>$")]
    private static partial Regex OneLetter();

    [GeneratedRegex(@"(?m)^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4,8})>$")]
    private static partial Regex LetterRange();
}
