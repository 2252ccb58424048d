using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Json;
using Observatory.Core.Exports.Pdf;
using Observatory.Core.Exports.Xlsx;

namespace Observatory.Core.Exports;

/// <summary>Every format, by name.</summary>
public static class ExportFormats
{
    public static IReadOnlyList<ExportFormat> All { get; } = [CsvFormat.Plain, CsvFormat.Excel, new JsonFormat(), new NdjsonFormat(), new XlsxFormat(),
        new PdfFormat()];

    /// <summary>Null = there is none by that name.</summary>
    public static ExportFormat? Find(string name) => All.FirstOrDefault(f => f.Name == name);
}
