using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>Renders reports as mails, keeps what was rendered, and makes one message a recipient of it. Thread-safe.</summary>
public sealed class ReportMails(
    IReports reports, IDeliveryLedger ledger, ReportBuilder builder, IReportRenderer renderer, IEnumerable<IReportAttachments> attachments, IReportLinks links,
    MailComposer composer, FolderTransport folder, TimeProvider clock, ILogger<ReportMails> log) : IDisposable
{
    /// <summary>More renderings at once would only make each slower, and the pages with them.</summary>
    private const int RenderingsAtOnce = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _rendering = new(RenderingsAtOnce);

    /// <summary>All mails of one occurrence.</summary>
    public ReportMailSet Begin(Report report, OccurrenceHistory history) => new(this, report, history);

    /// <summary>The mail as a page, without anything kept or sent.</summary>
    /// <param name="id">Of the report, 0 = it is not kept.</param>
    public async Task<KeptMail> LookAsync(int id, ReportDefinition definition, TimeRange? range = null, CancellationToken cancel = default)
    {
        var period = PeriodOf(definition, clock.GetUtcNow().ToUnixTimeMilliseconds(), range);
        var order = await OrderAsync(definition, period, cancel).ConfigureAwait(false);
        var files = definition.Attachments.Select(format => new ReportFile($"{order.FileName}.{format}", null)).ToList();
        return (await RenderAsync(id, definition, period, ReportReason.Look, files, cancel).ConfigureAwait(false)).Mail;
    }

    /// <summary>One mail to one address, outside the ledger.</summary>
    public async Task<SendResult> TestAsync(Report report, string to, IMailTransport transport, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(transport);
        var period = PeriodOf(report.Definition, clock.GetUtcNow().ToUnixTimeMilliseconds(), null);
        var files = await FilesAsync(report.Definition, period, cancel).ConfigureAwait(false);
        var (mail, _) = await RenderAsync(report.Id, report.Definition, period, ReportReason.Look, Named(files), cancel).ConfigureAwait(false);
        return await transport.SendAsync(Fit(report.Id, "", new OutgoingMail
        {
            MessageId = $"test.{Guid.NewGuid():N}@observatory.invalid", To = to, Subject = "[Test] " + mail.Subject,
                Html = RecipientMarks.Fill(mail.Html, null, null, null),
            Text = RecipientMarks.Fill(mail.Text, null, null, null), Images = [.. mail.Images.Select(i => new MailImage(i.Id, i.Data))], Attachments = files,
        }), cancel).ConfigureAwait(false);
    }

    /// <summary>A file of a report for some days; null = this format is not made here.</summary>
    public async Task<MailAttachment?> FileAsync(ReportDefinition definition, TimeRange range, string format, CancellationToken cancel = default)
    {
        var order = await OrderAsync(definition, ReportPeriod.Of(range, CronSchedule.ZoneOf(definition.Schedule)), cancel).ConfigureAwait(false);
        foreach (var maker in attachments)
        {
            if (await maker.MakeAsync(format, order, cancel).ConfigureAwait(false) is { } file) return file;
        }
        return null;
    }

    internal Found FindFile(string messageId) => folder.Find(messageId);

    internal IReports Reports => reports;

    internal IReportLinks Links => links;

    internal TimeProvider Clock => clock;

    internal IDeliveryLedger Ledger => ledger;

    private static ReportPeriod PeriodOf(ReportDefinition definition, long now, TimeRange? range)
    {
        var zone = CronSchedule.ZoneOf(definition.Schedule);
        return range is { } named ? ReportPeriod.Of(named, zone) : ReportPeriod.Of(definition.Period, now, zone);
    }

    internal async Task<(KeptMail Mail, ReportContent Content)> RenderAsync(
        int id, ReportDefinition definition, ReportPeriod period, ReportReason reason, IReadOnlyList<ReportFile> files, CancellationToken cancel)
    {
        await _rendering.WaitAsync(cancel).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        try
        {
            // SQLite answers on the thread that asks.
            var content = await Task.Run(() => builder.BuildAsync(id, definition, period, reason, patience.Token), patience.Token).ConfigureAwait(false);
            var mail = await renderer.RenderAsync(content with { Files = files }, patience.Token).ConfigureAwait(false);
            return (mail with { Attachments = definition.Attachments }, content);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"It took longer than {s_patience.TotalSeconds:0} seconds.");
        }
        finally
        {
            _rendering.Release();
        }
    }

    /// <summary>As a mail lists them.</summary>
    internal static IReadOnlyList<ReportFile> Named(IReadOnlyList<MailAttachment> files) => [.. files.Select(f => new ReportFile(f.Name, f.Data.Length))];

    private async Task<AttachmentOrder> OrderAsync(ReportDefinition definition, ReportPeriod period, CancellationToken cancel) =>
        new(definition, period, CronSchedule.ZoneOf(definition.Schedule), await builder.EngineOfAsync(definition, cancel).ConfigureAwait(false));

    internal async Task<IReadOnlyList<MailAttachment>> FilesAsync(ReportDefinition definition, ReportPeriod period, CancellationToken cancel)
    {
        var files = new List<MailAttachment>();
        foreach (var format in definition.Attachments)
        {
            try
            {
                if (await FileAsync(definition, period.Range, format, cancel).ConfigureAwait(false) is { } file) files.Add(file);
                else log.LogWarning("A report wants a {Format} file, which is not made here", format);
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                // The mail goes all the same; what is not in it has a link.
                log.LogError(error, "The {Format} file of a report could not be made", format);
            }
        }
        return files;
    }

    /// <summary>What would be too large goes without its files; the mail says where they are.</summary>
    internal OutgoingMail Fit(int report, string occurrence, OutgoingMail mail)
    {
        if (mail.Attachments.Count == 0 || MailComposer.Write(composer.Compose(mail)).LongLength <= composer.Maximum) return mail;
        var link = links.Page($"/reports/{ReportSource.IdOf(report)}{(occurrence.Length == 0 ? "" : "?occurrence=" + Uri.EscapeDataString(occurrence))}");
        var note = $"The files ({string.Join(", ", mail.Attachments.Select(a => a.Name))}) are too large for a mail. Fetch them here:";
        var html =
            mail.Html.Replace(FilesMark,
                $"<p>{System.Net.WebUtility.HtmlEncode(note)} <a href=\"{System.Net.WebUtility.HtmlEncode(link)}\">open the report</a></p>",
                    StringComparison.Ordinal);
        return mail with { Attachments = [], Html = html, Text = $"{mail.Text}\n{note} {link}\n" };
    }

    /// <summary>Where a rendered mail says what became of its files.</summary>
    public const string FilesMark = "<p id=\"files\"></p>";

    public void Dispose() => _rendering.Dispose();
}
