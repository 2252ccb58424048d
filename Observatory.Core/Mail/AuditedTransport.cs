using Observatory.Core.Auditing;
using Observatory.Core.Deliveries;

namespace Observatory.Core.Mail;

/// <summary>The way out for mails, with a word on each that went.</summary>
internal sealed class AuditedTransport(IMailTransport way, IAudit audit) : IMailTransport
{
    public string Channel => way.Channel;

    public string Place => way.Place;

    public async Task<SendResult> SendAsync(OutgoingMail mail, CancellationToken cancel = default)
    {
        var result = await way.SendAsync(mail, cancel).ConfigureAwait(false);
        if (result.Verdict == SendVerdict.Sent) audit.Record(new AuditEvent(AuditActor.Job("mail"), AuditActions.Mail, mail.To, null, mail.Subject));
        return result;
    }

    public Found Find(string messageId) => way.Find(messageId);
}
