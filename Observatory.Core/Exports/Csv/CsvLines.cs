using System.Globalization;

namespace Observatory.Core.Exports.Csv;

/// <summary>Lines of CSV. Where the decimal sign is a comma, fields are parted by semicolons, as spreadsheets of those locales have it.</summary>
/// <param name="output">Where they go.</param>
/// <param name="numbers">How numbers are written.</param>
internal sealed class CsvLines(OutputBuffer output, NumberFormatInfo numbers)
{
    private readonly byte _separator = (byte)(numbers.NumberDecimalSeparator == "," ? ';' : ',');
    private bool _isFirst = true;

    /// <summary>The byte order mark.</summary>
    public void Mark() => output.Add("\uFEFF"u8);

    public void Value(object? value)
    {
        if (value is string text)
        {
            Text(text);
            return;
        }
        Begin();
        switch (value)
        {
            case null: break;
            case long number: output.Add(number, default, numbers); break;
            case double number: output.Add(number, default, numbers); break;
            case decimal number: output.Add(number, default, numbers); break;
            case DateTimeOffset instant: output.Add(instant.UtcDateTime, "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture); break;
            case DateTime local: output.Add(local, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture); break;
            case bool flag: output.Add(flag ? "true"u8 : "false"u8); break;
            default: throw new ArgumentException($"A {value.GetType().Name} is no value of a table.", nameof(value));
        }
    }

    public void Text(string text)
    {
        Begin();
        // A decimal comma stands in numbers only, so texts are quoted alike in every locale.
        if (!CsvText.NeedsQuotes(text))
        {
            if (CsvText.IsGuarded(text)) output.Add((byte)'\'');
            output.Add(text);
            return;
        }
        output.Add((byte)'"');
        if (CsvText.IsGuarded(text)) output.Add((byte)'\'');
        for (var rest = text.AsSpan(); ;)
        {
            var quote = rest.IndexOf('"');
            output.Add(quote < 0 ? rest : rest[..(quote + 1)]);
            if (quote < 0) break;
            output.Add((byte)'"');
            rest = rest[(quote + 1)..];
        }
        output.Add((byte)'"');
    }

    public void EndLine()
    {
        output.Add("\r\n"u8);
        _isFirst = true;
    }

    public ValueTask PassAsync(CancellationToken cancel) => output.PassAsync(cancel);

    public ValueTask FlushAsync(CancellationToken cancel) => output.FlushAsync(cancel);

    private void Begin()
    {
        if (!_isFirst) output.Add(_separator);
        _isFirst = false;
    }
}
