using System.Drawing;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics.Catalogue;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace Observatory.Core.Exports.Xlsx;

/// <summary>How cells look: numbers keep all their digits and are shown as their unit asks.</summary>
internal sealed class XlsxStyles
{
    private readonly Dictionary<string, StyleId> _numbers = [];
    private readonly Spreadsheet _book;

    public XlsxStyles(Spreadsheet book)
    {
        _book = book;
        Head = book.AddStyle(new Style { Font = { Bold = true }, Fill = { Color = Color.FromArgb(0xE2, 0xE6, 0xEC) } });
        Title = book.AddStyle(new Style { Font = { Bold = true, Size = 16 } });
        Strong = book.AddStyle(new Style { Font = { Bold = true } });
        Time = Number("yyyy-mm-dd hh:mm:ss");
    }

    public StyleId Head { get; }

    public StyleId Title { get; }

    public StyleId Strong { get; }

    public StyleId Time { get; }

    /// <summary>Null = as it comes.</summary>
    public StyleId? Of(ExportColumn column) => column.Type switch
    {
        ColumnType.Local => Time,
        ColumnType.Whole => Number("#,##0"),
        ColumnType.Number => OfUnit(column.Unit),
        _ => null,
    };

    public StyleId OfUnit(string? unit) => Number(unit switch
    {
        Units.Usd => "\"$\"#,##0.00####",
        Units.Rate => "0.0%",
        Units.Seconds => "#,##0.0##",
        Units.Tokens or Units.Messages or Units.Conversations or Units.Users or Units.Calls or Units.Events => "#,##0.##",
        _ => "#,##0.###",
    });

    private StyleId Number(string format)
    {
        if (!_numbers.TryGetValue(format, out var style)) _numbers[format] = style = _book.AddStyle(new Style { Format = NumberFormat.Custom(format) });
        return style;
    }
}
