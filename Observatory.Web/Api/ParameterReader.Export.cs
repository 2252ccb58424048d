using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Conversations;
using Observatory.Core.Exports.Csv;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Web.Api;

/// <summary>What a file is asked to hold.</summary>
internal sealed partial class ParameterReader
{
    private const string DefaultMetric = "tokens";

    public bool TryReadExport(
        string dataset, [NotNullWhen(true)] out ExportRequest? export, [NotNullWhen(true)] out ExportFormat? format,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        export = null;
        return Try(Format, out format, out problem) && Try(() => ReadExport(dataset), out export, out problem);
    }

    /// <summary>A list as its CSV route gives it.</summary>
    public bool TryReadTable(string dataset, [NotNullWhen(true)] out ExportRequest? export, [NotNullWhen(false)] out ProblemHttpResult? problem) =>
        Try(() => ReadTable(dataset), out export, out problem);

    public bool TryReadConversationFile(
        [NotNullWhen(true)] out MetricsQuery? query, [NotNullWhen(true)] out string? format, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        format = null;
        return Try(ReadRange, out query, out problem) && Try(ConversationFormat, out format, out problem);
    }

    private string ConversationFormat()
    {
        var name = Single("format") ?? ConversationFiles.Markdown;
        return ConversationFiles.Formats.Contains(name) ? name
            : throw new BadParameterException("format", $"is none of {string.Join(", ", ConversationFiles.Formats)}");
    }

    private ExportFormat Format()
    {
        var name = Single("format") ?? CsvFormat.Plain.Name;
        return ExportFormats.Find(name) ?? throw new BadParameterException("format", $"is none of {string.Join(", ", ExportFormats.All.Select(f => f.Name))}");
    }

    private ExportRequest ReadExport(string dataset)
    {
        if (!Datasets.IsKnown(dataset)) throw new BadParameterException("dataset", $"is none of {string.Join(", ", Datasets.Names)}");
        var request = ReadTable(dataset);
        return dataset == Datasets.TimeSeries ? request with { Series = ReadSeries(DefaultMetric, Interval.Day), Culture = Locale() }
            : request with { Culture = Locale() };
    }

    private ExportRequest ReadTable(string dataset)
    {
        var (range, zone) = ReadPeriod();
        if (dataset is Datasets.Days or Datasets.Hours) CheckBuckets(range, dataset == Datasets.Days ? Interval.Day : Interval.Hour, "start");
        var request = new ExportRequest
        {
            Dataset = dataset, Query = new MetricsQuery { Range = range, Zone = zone, Filter = Filter() }, AskedAt = clock.GetUtcNow(),
        };
        if (dataset != Datasets.Conversations) return request;
        var list = ReadList();
        return request with { Search = list.Search, Sort = list.Sort, Skip = list.Skip, Limit = Single("limit") is null ? null : list.Limit };
    }

    private CultureInfo Locale()
    {
        if (Single("locale") is not { } name) return ExportRequest.DefaultCulture;
        try
        {
            var culture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            if (culture.Name.Length > 0) return culture.IsNeutralCulture ? CultureInfo.CreateSpecificCulture(culture.Name) : culture;
        }
        catch (CultureNotFoundException)
        {
            // Said below.
        }
        throw new BadParameterException("locale", "is not a language that is known here, such as de-DE");
    }
}
