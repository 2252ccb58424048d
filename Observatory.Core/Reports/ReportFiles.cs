using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Mail;
using Observatory.Core.Metrics;

namespace Observatory.Core.Reports;

/// <summary>What is attached to a report: its days as a workbook, a CSV or a PDF, which are exports like others, and all of its tables as JSON.</summary>
internal sealed class ReportFiles(TimeProvider clock) : IReportAttachments
{
    private const string Dataset = "days";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public async Task<MailAttachment?> MakeAsync(string format, AttachmentOrder order, CancellationToken cancel = default)
    {
        var query = new MetricsQuery { Range = order.Period.Range, Zone = order.Zone, Filter = order.Definition.Filters, Interval = Time.Interval.Day };
        if (format == "json") return await JsonAsync(query, order, cancel).ConfigureAwait(false);
        if (ExportFormats.Find(format) is not { } writer) return null;
        var request = new ExportRequest
        {
            Dataset = Dataset, Query = query, AskedAt = clock.GetUtcNow(),
            Culture = ReportReader.CultureOf(order.Definition.Locale) ?? CultureInfo.InvariantCulture,
        };
        using var stream = new MemoryStream();
        await Exporter.WriteAsync(order.Engine, request, writer, stream, cancel).ConfigureAwait(false);
        return new MailAttachment($"{order.FileName}.{writer.Ending}", writer.ContentType.Split(';')[0], stream.ToArray());
    }

    private static async Task<MailAttachment> JsonAsync(MetricsQuery query, AttachmentOrder order, CancellationToken cancel)
    {
        var figures = await order.Engine.GetOverviewPageAsync(query, cancel).ConfigureAwait(false);
        var json = new JsonObject
        {
            ["name"] = order.Definition.Name, ["start"] = order.Period.Range.StartTime.UtcDateTime, ["end"] = order.Period.Range.EndTime.UtcDateTime,
            ["timezone"] = order.Zone.Id, ["filters"] = ReportJson.Write(order.Definition)["filters"]!.DeepClone(),
            ["overview"] = Node(figures.Dashboard.Overview), ["performance"] = Node(figures.Dashboard.Performance), ["days"] = Node(figures.Usage),
            ["projects"] = Node(figures.Projects), ["models"] = Node(figures.ModelRows), ["tools"] = Node(figures.Tools),
            ["users"] = Node(await order.Engine.GetUsersAsync(query, cancel).ConfigureAwait(false)),
        };
        return new MailAttachment(order.FileName + ".json", "application/json", Encoding.UTF8.GetBytes(json.ToJsonString(s_json)));
    }

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, s_json);
}
