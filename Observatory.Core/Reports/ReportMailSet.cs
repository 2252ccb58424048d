using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>The mails of one occurrence: rendered when the first is asked for, and then the same for everybody, also after a restart.</summary>
public sealed class ReportMailSet
{
    private const string Everybody = "";
    private const string Owner = "owner";

    /// <summary>What goes out later than that after it was due says so.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(5);

    private readonly ReportMails _mails;
    private readonly Report _report;
    private readonly OccurrenceHistory _history;
    private readonly ReportPeriod _period;
    private readonly Dictionary<string, KeptMail> _kept = new(StringComparer.Ordinal);
    private ReportContent? _content;
    private IReadOnlyList<MailAttachment>? _files;

    internal ReportMailSet(ReportMails mails, Report report, OccurrenceHistory history)
    {
        (_mails, _report, _history) = (mails, report, history);
        var occurrence = history.Occurrence;
        _period = ReportPeriod.Of(new TimeRange(occurrence.PeriodStart, occurrence.PeriodEnd), CronSchedule.ZoneOf(report.Definition.Schedule));
    }

    private bool IsManual => _history.Occurrence.Occurrence.StartsWith(ReportStore.ManualPrefix, StringComparison.Ordinal);

    /// <summary>Why nothing is to be sent; null = it is, or some of it was already.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancel)
    {
        var condition = _report.Definition.Condition;
        // Who runs it by hand wants to see it.
        if (condition == "always" || IsManual || _history.Deliveries.Any(d => d.Attempts > 0)) return null;
        await KeptAsync(Everybody, [], cancel).ConfigureAwait(false);
        if (_content is not { } content) return null;
        if (!content.HasData) return "There was no data in this time.";
        return condition == "ifFindings" && !content.HasFindings ? "Nothing stood out in this time." : null;
    }

    public async Task<OutgoingMail> ForAsync(string recipient, string messageId, CancellationToken cancel)
    {
        var news = recipient == _report.Definition.Owner ? await NewsAsync(cancel).ConfigureAwait(false) : [];
        var kept = await KeptAsync(news.Count > 0 ? Owner : Everybody, news, cancel).ConfigureAwait(false);
        var files = await FilesAsync(cancel).ConfigureAwait(false);
        var occurrence = _history.Occurrence.Occurrence;
        var unsubscribe = _mails.Links.Unsubscribe(_report.Id, recipient);
        string Fill(string text) => RecipientMarks.Fill(
            text, unsubscribe, _mails.Links.Feedback(_report.Id, occurrence, recipient, true),
                _mails.Links.Feedback(_report.Id, occurrence, recipient, false));
        return _mails.Fit(_report.Id, occurrence, new OutgoingMail
        {
            MessageId = messageId, To = recipient, Subject = kept.Subject, Html = Fill(kept.Html), Text = Fill(kept.Text),
            Images = [.. kept.Images.Select(i => new MailImage(i.Id, i.Data))], Attachments = files, Unsubscribe = unsubscribe,
        });
    }

    /// <summary>Which of the kept mails one got.</summary>
    public static IReadOnlyList<string> Audiences(Report report, string recipient) => recipient == report.Definition.Owner ? [Owner, Everybody] : [Everybody];

    private async Task<KeptMail> KeptAsync(string audience, IReadOnlyList<string> news, CancellationToken cancel)
    {
        if (_kept.TryGetValue(audience, out var here)) return here;
        var id = _history.Occurrence.Id;
        if (await _mails.Reports.FindMailAsync(id, audience, cancel).ConfigureAwait(false) is { } before) return _kept[audience] = before;
        var late = _mails.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(_history.Occurrence.DueAt);
        var reason = new ReportReason(late >= s_late && !IsManual ? late : null, news);
        var (mail, content) = await _mails.RenderAsync(
            _report.Id, _report.Definition, _period, reason, ReportMails.Named(await FilesAsync(cancel).ConfigureAwait(false)), cancel).ConfigureAwait(false);
        _content = content;
        return _kept[audience] = await _mails.Reports.KeepMailAsync(id, audience, mail, cancel).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<MailAttachment>> FilesAsync(CancellationToken cancel) =>
        _files ??= await _mails.FilesAsync(_report.Definition, _period, cancel).ConfigureAwait(false);

    /// <summary>What went wrong since the last mail of this report that reached its owner.</summary>
    private async Task<IReadOnlyList<string>> NewsAsync(CancellationToken cancel)
    {
        const int Looked = 50;
        const int Told = 5;
        var history = await _mails.Ledger.HistoryAsync(DeliveryKinds.Report, ReportSource.IdOf(_report.Id), Looked, cancel).ConfigureAwait(false);
        var owner = _report.Definition.Owner;
        var last = history.FirstOrDefault(h => h.Occurrence.Id != _history.Occurrence.Id
            && h.Deliveries.Any(d => d.Recipient == owner && d.State == DeliveryState.Sent));
        var since = last?.Occurrence.DueAt ?? long.MinValue;
        var news = history.Where(h => h.Occurrence.Id != _history.Occurrence.Id && h.Occurrence.DueAt >= since).SelectMany(h =>
            h.Deliveries.Select(d => (h.Occurrence, Delivery: d)))
            .Where(p => p.Delivery.State is DeliveryState.Failed or DeliveryState.Uncertain or DeliveryState.Suppressed)
            .Select(p => $"{p.Delivery.Recipient}, {p.Occurrence.Occurrence}: {Word(p.Delivery.State)}. {p.Delivery.Error}".TrimEnd()).ToList();
        return news.Count <= Told ? news : [.. news.Take(Told), $"… and {news.Count - Told} more on the Reports page."];
    }

    private static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Failed => "failed", DeliveryState.Uncertain => "uncertain whether it arrived", _ => "not sent",
    };
}
