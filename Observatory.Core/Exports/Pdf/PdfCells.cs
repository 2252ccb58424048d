using Observatory.Core.Exports.Json;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Presentation;

namespace Observatory.Core.Exports.Pdf;

/// <summary>Values of a table as a reader of paper sees them: exact, with the marks of a locale.</summary>
internal sealed class PdfCells(Formats format)
{
    /// <summary>No column is so wide that more of a text would be seen.</summary>
    private const int MostCharacters = 300;

    public string Of(object? value, string? unit) => value switch
    {
        null => Formats.None,
        string text => text.Length > MostCharacters ? text[..MostCharacters] : text,
        long number => format.Exact(number),
        decimal money => unit == Units.Usd ? format.ExactMoney(money) : format.Exact((double)money),
        double number => unit switch
        {
            Units.Usd => format.ExactMoney((decimal)number),
            Units.Rate => format.Percent(number * 100),
            Units.Seconds => format.Duration(number),
            Units.Milliseconds => format.DurationMs(number),
            _ => format.Exact(number),
        },
        DateTime local => JsonValues.Local(local),
        DateTimeOffset instant => JsonValues.Instant(instant),
        bool flag => flag ? "yes" : "no",
        _ => value.ToString() ?? "",
    };
}
