using System.Text;
using CsCheck;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Tables;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "'=HYPERLINK(\"http://x\",\"y\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=x", "'\n=x")]
    [InlineData("\nx", "\nx")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\u00A0=1", "'\u00A0=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("\uFEFF=1", "'\uFEFF=1")]
    [InlineData("\u200B\u2060=1", "'\u200B\u2060=1")]
    [InlineData("\u202E\u0301+1", "'\u202E\u0301+1")]
    [InlineData("x;=1+1", "x;=1+1")]
    [InlineData("first\n- second\n- third", "first\n- second\n- third")]
    [InlineData("a=1", "a=1")]
    [InlineData("'=1", "'=1")]
    [InlineData("", "")]
    [InlineData("   ", "   ")]
    [InlineData("plain, \"quoted\"", "plain, \"quoted\"")]
    public void Text_that_a_spreadsheet_would_compute_is_guarded_and_nothing_else_is_changed(string text, string expected) =>
        Assert.Equal(expected, CsvText.Guard(text));

    [Theory]
    [InlineData("x;y")]
    [InlineData("x,y")]
    [InlineData("x\ty")]
    [InlineData("x\ny")]
    [InlineData("x;=1+1")]
    [InlineData("=1;2")]
    public async Task What_any_spreadsheet_would_split_stands_in_quotes(string text)
    {
        foreach (var format in new[] { CsvFormat.Plain, CsvFormat.Excel })
        {
            var written = await Tables.TextAsync(format, Tables.Of([new ExportColumn("x", ColumnType.Text, "Text")], [[text]], locale: "de-DE"));
            Assert.EndsWith($"x\r\n\"{CsvText.Guard(text)}\"\r\n", written, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Numbers_stay_numbers_and_instants_are_utc()
    {
        ExportColumn[] columns =
        [
            new("a", ColumnType.Whole, "A"), new("b", ColumnType.Number, "B"), new("c", ColumnType.Number, "C"), new("d", ColumnType.Text, "D"),
            new("e", ColumnType.Instant, "E"), new("f", ColumnType.Local, "F"), new("g", ColumnType.Boolean, "G"),
        ];
        object?[] row =
        [
            -5L, -12.5, 1234567.891m, null, new DateTimeOffset(2026, 11, 2, 4, 0, 0, 500, TimeSpan.FromHours(5.5)), new DateTime(2026, 11, 2, 4, 0, 0),
            true,
        ];
        Assert.Equal(
            "a,b,c,d,e,f,g\r\n-5,-12.5,1234567.891,,2026-11-01T22:30:00.5Z,2026-11-02 04:00:00,true\r\n",
            await Tables.TextAsync(CsvFormat.Plain, Tables.Of(columns, [row])));
        Assert.Equal(
            "\uFEFFa;b;c;d;e;f;g\r\n-5;-12,5;1234567,891;;2026-11-01T22:30:00.5Z;2026-11-02 04:00:00;true\r\n",
            await Tables.TextAsync(CsvFormat.Excel, Tables.Of(columns, [row], locale: "de-DE")));
    }

    [Theory]
    [InlineData("en-US", ',', "-12.5")]
    [InlineData("de-DE", ';', "-12,5")]
    [InlineData("fr-FR", ';', "-12,5")]
    [InlineData("hi-IN", ',', "-12.5")]
    [InlineData("ar-EG", ',', "-12.5")]
    public async Task A_file_for_a_spreadsheet_has_the_marks_of_its_locale_and_no_group_signs(string locale, char separator, string number)
    {
        var table = Tables.Of([new("n", ColumnType.Number, "N"), new("m", ColumnType.Whole, "M")], [[-12.5, 1_234_567L]], locale: locale);
        Assert.Equal($"\uFEFFn{separator}m\r\n{number}{separator}1234567\r\n", await Tables.TextAsync(CsvFormat.Excel, table));
    }

    [Fact]
    public Task What_is_written_reads_back() =>
        Gen.OneOf(Gen.String, Pick.From("a\"b", "a,b", "a;b", "a\r\nb", "\n", "\"", "", "=1", "\"=1\"")).Array[0, 8].SampleAsync(async texts =>
        {
            var comma = Tables.ParseCsv(await Tables.TextAsync(CsvFormat.Plain, Tables.OfTexts(texts)));
            Assert.Equal(texts.Select(t => (Whole(CsvText.Guard(t)), $"{t.Length}")).Prepend(("x", "n")), comma.Select(f => (f[0], f[1])));
            var table = Tables.Of([new("x", ColumnType.Text, "X"), new("y", ColumnType.Text, "Y")], texts.Select(t => new object?[] { t, "y" }),
                locale: "de-DE");
            var semicolon = Tables.ParseCsv((await Tables.TextAsync(CsvFormat.Excel, table))[1..], ';');
            Assert.Equal(texts.Select(t => Whole(CsvText.Guard(t))).Prepend("x"), semicolon.Select(f => f[0]));
        }, iter: 200);

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
