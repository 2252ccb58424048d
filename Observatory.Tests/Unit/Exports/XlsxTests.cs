using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Exports.Xlsx;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

/// <summary>Workbooks as another program reads them: parts of a package, by their schema.</summary>
public sealed partial class XlsxTests
{
    private const int LongestCell = 32_767;

    [Fact]
    public async Task Ten_thousand_hostile_cells_give_one_readable_file_with_the_same_texts()
    {
        var texts = Gen.OneOf(
            Gen.String, Gen.Char["\u0000\u0001\u0008\u000B\u001F\u007F\uFFFE\uFFFF\uD800\uDC00\t\n _x041_X=+-@<>&\"'"].Array[0, 30].Select(c => new string(c)),
            Pick.From(
                "_x0041_", "_X0041_", "_x005F_x0041_", "__x0041__", "_x004", "=1+1", "=HYPERLINK(\"http://x\")", "\uD83D\uDE00", "\uD83D", "\u202Eabc",
                "  leading", "trailing  ", "", "<c>&amp;</c>", "]]>", "a\nb")).Array[10_000].Single();
        var sheets = Sheets(await Tables.WriteAsync(new XlsxFormat(), Tables.OfTexts(texts)));
        var rows = sheets["days"];
        Assert.Equal(texts.Length + 1, rows.Count);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(Allowed(texts[i]), rows[i + 1][0] ?? "");
            Assert.Equal(texts[i].Length.ToString(CultureInfo.InvariantCulture), rows[i + 1][1]);
        }
    }

    [Fact]
    public async Task A_cell_that_is_too_long_says_what_was_cut()
    {
        var texts = new[] { new string('x', LongestCell), new string('x', 40_000), string.Concat(Enumerable.Repeat("\uD83D\uDE00", 20_000)) };
        var rows = Sheets(await Tables.WriteAsync(new XlsxFormat(), Tables.OfTexts(texts)))["days"];
        Assert.Equal(texts[0], rows[1][0]);
        Assert.All([rows[2][0]!, rows[3][0]!], cell =>
        {
            Assert.InRange(cell.Length, LongestCell - 2, LongestCell);
            Assert.EndsWith("[40,000 characters in all; the rest was left out]", cell, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', cell);
        });
    }

    [Fact]
    public async Task A_full_sheet_goes_on_in_the_next_with_its_heads()
    {
        var texts = Enumerable.Range(0, 25).Select(i => $"t{i}").ToArray();
        var file = await Tables.WriteAsync(new XlsxFormat(rowsOfSheet: 11), Tables.OfTexts(texts));
        var sheets = Sheets(file);
        Assert.Equal(["days", "days (2)", "days (3)", "Summary", "About"], sheets.Keys);
        Assert.Equal([11, 11, 6], sheets.Values.Take(3).Select(s => s.Count));
        Assert.All(sheets.Values.Take(3), s => Assert.Equal("Text", s[0][0]));
        Assert.Equal(texts, sheets.Values.Take(3).SelectMany(s => s.Skip(1).Select(r => r[0]!)));
        Assert.Contains(sheets["About"], r => r.Length > 1 && r[0] == "Rows" && r[1] == "25");
        Assert.Equal(["A1:B11", "A1:B11", "A1:B6"], Parts(file, "xl/tables/").Select(t => t.Root!.Attribute("ref")!.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Cells_have_types_heads_stay_and_the_rows_are_a_table()
    {
        ExportColumn[] columns =
        [
            new("timestamp", ColumnType.Instant, "Time"), new("local", ColumnType.Local, "Time here"), new("cost", ColumnType.Number, "Cost", "USD"),
            new("calls", ColumnType.Whole, "Calls", "calls"), new("name", ColumnType.Text, "cost"),
        ];
        object?[] row = [DateTimeOffset.UnixEpoch, new DateTime(2026, 11, 2, 4, 0, 0), 0.0041m, -7L, "-7"];
        var file = await Tables.WriteAsync(new XlsxFormat(), Tables.Of(columns, [row]));
        var sheet = Parts(file, "xl/worksheets/sheet1.xml").Single();
        var cells = sheet.Descendants().Where(e => e.Name.LocalName == "row").ElementAt(1).Elements().ToList();
        Assert.Equal(["inlineStr", null, null, null, "inlineStr"], cells.Select(c => c.Attribute("t")?.Value is "n" ? null : c.Attribute("t")?.Value));
        Assert.Equal(46328.1667, double.Parse(cells[1].Value, CultureInfo.InvariantCulture), 0.001);
        Assert.Equal("0.0041", cells[2].Value);
        Assert.Equal("-7", cells[3].Value);
        Assert.Contains(sheet.Descendants(), e => e.Name.LocalName == "pane" && e.Attribute("state")?.Value == "frozen");
        Assert.DoesNotContain(sheet.Descendants(), e => e.Name.LocalName == "f");
        var table = Parts(file, "xl/tables/").Single();
        Assert.Equal(["Time", "Time here", "Cost", "Calls", "cost (2)"], table.Descendants().Where(e => e.Name.LocalName == "tableColumn").Select(e =>
            e.Attribute("name")!.Value));
        Assert.Contains(table.Descendants(), e => e.Name.LocalName == "autoFilter");
        Assert.Contains(Sheets(file)["About"], r => r.Length > 1 && r[0] == "cost (2)" && r[1] == "name");
    }

    [Fact]
    public async Task No_rows_are_a_sheet_with_heads_and_no_table()
    {
        var file = await Tables.WriteAsync(new XlsxFormat(), Tables.OfTexts([]));
        Assert.Equal("Text", Assert.Single(Sheets(file)["days"])[0]);
        Assert.Empty(Parts(file, "xl/tables/"));
    }

    [Fact]
    public void Names_of_sheets_are_allowed_short_and_different()
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in new[] { "days", "DAYS", "a/b\\c*d?e:f[g]", "'quoted'", "", "  ", new string('x', 40), new string('x', 50), new string('y',
            30) + "\uD83D\uDE00", "\u0001" })
        {
            var sheet = XlsxText.SheetName(name, taken);
            Assert.InRange(sheet.Length, 1, 31);
            Assert.DoesNotMatch(@"[\\/*?:\[\]\x00-\x1F]|^'|'$", sheet);
            Assert.False(char.IsHighSurrogate(sheet[^1]));
        }
        Assert.Equal(10, taken.Count);
    }

    private static string Allowed(string text)
    {
        var allowed = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                allowed.Append(text[i]).Append(text[++i]);
                continue;
            }
            allowed.Append(text[i] is '\t' or '\n' or '\r' || (text[i] >= ' ' && !char.IsSurrogate(text[i]) && text[i] < '\uFFFE') ? text[i] : '\uFFFD');
        }
        // XML has one kind of line end.
        return allowed.Replace("\r\n", "\n").Replace('\r', '\n').ToString();
    }

    private static List<XDocument> Parts(byte[] file, string path)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return [.. zip.Entries.Where(e => e.FullName.StartsWith(path, StringComparison.Ordinal) && e.FullName.EndsWith(".xml", StringComparison.Ordinal))
            .Select(Load)];
    }

    private static XDocument Load(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        return XDocument.Load(stream, LoadOptions.PreserveWhitespace);
    }

    /// <summary>Values of cells by sheet, texts as a spreadsheet decodes them.</summary>
    private static Dictionary<string, List<string?[]>> Sheets(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        // Every part is well-formed.
        foreach (var entry in zip.Entries) _ = Load(entry);
        var names = Load(zip.GetEntry("xl/workbook.xml")!).Descendants().Where(e => e.Name.LocalName == "sheet").Select(e => e.Attribute("name")!.Value)
            .ToList();
        return names.Select((name, i) => (name, Sheet: Load(zip.GetEntry($"xl/worksheets/sheet{i + 1}.xml")!))).ToDictionary(
            s => s.name, s => s.Sheet.Descendants().Where(e => e.Name.LocalName == "row").Select(r => r.Elements().Select(Value).ToArray()).ToList());
    }

    private static string? Value(XElement cell) => cell.Attribute("t")?.Value == "inlineStr" ? Code().Replace(
        cell.Value, m => ((char)int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()) : cell.HasElements
            ? cell.Value : null;

    [GeneratedRegex("_[xX]([0-9A-Fa-f]{4})_")]
    private static partial Regex Code();
}
