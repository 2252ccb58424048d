using System.Text;
using CsCheck;
using Observatory.Core.Exports.Csv;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\nx", "'\nx")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\u00A0=1", "'\u00A0=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＠x", "'＠x")]
    [InlineData("x;=1+1", "x;'=1+1")]
    [InlineData("x\t=1+1", "x\t'=1+1")]
    [InlineData("x; =1;y;@a", "x;' =1;y;'@a")]
    [InlineData("x\r\n=1", "x\r\n'=1")]
    [InlineData("=1;=2", "'=1;'=2")]
    [InlineData("\uFEFF=1", "'\uFEFF=1")]
    [InlineData("\u200B\u2060=1", "'\u200B\u2060=1")]
    [InlineData("x;\u200D=1", "x;'\u200D=1")]
    [InlineData("\u202E\u0301+1", "'\u202E\u0301+1")]
    [InlineData("x;y=1", "x;y=1")]
    [InlineData("a=1", "a=1")]
    [InlineData("'=1", "'=1")]
    [InlineData("", "")]
    [InlineData("   ", "   ")]
    [InlineData("plain, \"quoted\"", "plain, \"quoted\"")]
    public void Text_that_a_spreadsheet_would_compute_is_guarded(string text, string expected) => Assert.Equal(expected, CsvText.Of(text));

    [Theory]
    [InlineData("x;y")]
    [InlineData("x\ty")]
    [InlineData("x;=1+1")]
    public async Task What_other_spreadsheets_would_split_stands_in_quotes(string text)
    {
        var table = new CsvTable<string>(new CsvColumn<string>("x", r => r));
        using var stream = new MemoryStream();
        await table.WriteAsync(stream, new[] { text }.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
        Assert.Equal($"x\r\n\"{CsvText.Guard(text)}\"\r\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>However a spreadsheet cuts a line, no cell of it starts a formula, whatever white space or marks without width stand before.</summary>
    [Fact]
    public void No_way_to_cut_a_cell_leaves_a_formula() =>
        Gen.Char["ab=+-@;\t\uFEFF\u200B ,"].Array[1, 12].Select(c => new string(c)).Sample(text =>
        {
            foreach (var cell in CsvText.Guard(text.TrimStart('\t', ' ')).Split(';', '\t'))
                Assert.DoesNotMatch("^[\\s\uFEFF\u200B]*[=+@-]", cell);
        }, iter: 5_000);

    [Fact]
    public void Numbers_stay_numbers_and_instants_are_utc()
    {
        Assert.Equal("-5", CsvText.Of(-5L));
        Assert.Equal("-0.5", CsvText.Of(-0.5));
        Assert.Equal("1234567.891", CsvText.Of(1234567.891m));
        Assert.Equal("", CsvText.Of(null));
        Assert.Equal("2026-11-01T22:30:00.5Z", CsvText.Of(new DateTimeOffset(2026, 11, 2, 4, 0, 0, 500, TimeSpan.FromHours(5.5))));
    }

    [Fact]
    public Task What_is_written_reads_back() =>
        Gen.OneOf(Gen.String, Pick.From("a\"b", "a,b", "a\r\nb", "\n", "\"", "")).Array[1, 5].Array[0, 8].SampleAsync(async rows =>
        {
            var table = new CsvTable<string[]>(new("x", r => r[0]), new("n", r => r.Length));
            using var stream = new MemoryStream();
            await table.WriteAsync(stream, rows.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
            var text = Encoding.UTF8.GetString(stream.ToArray());
            Assert.Equal(rows.Select(r => (Whole(CsvText.Guard(r[0])), $"{r.Length}")).Prepend(("x", "n")), Parse(text).Select(f => (f[0], f[1])));
        }, iter: 200);

    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>RFC 4180, nothing else.</summary>
    private static List<List<string>> Parse(string text)
    {
        var rows = new List<List<string>>();
        for (var i = 0; i < text.Length;)
        {
            var row = new List<string>();
            while (true)
            {
                var field = new StringBuilder();
                if (i < text.Length && text[i] == '"')
                {
                    for (i++; text[i] != '"' || i + 1 < text.Length && text[i + 1] == '"'; i++)
                    {
                        if (text[i] == '"') i++;
                        field.Append(text[i]);
                    }
                    i++;
                }
                else for (; i < text.Length && text[i] is not (',' or '\r'); i++) field.Append(text[i]);
                row.Add(field.ToString());
                if (i < text.Length && text[i] == ',')
                {
                    i++;
                    continue;
                }
                Assert.Equal("\r\n", text.Substring(i, 2));
                i += 2;
                break;
            }
            rows.Add(row);
        }
        return rows;
    }
}
