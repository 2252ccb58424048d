using System.Text;
using MimeKit;

namespace Observatory.Core.Mail;

/// <summary>Makes a message of what is to be said. All of it is 7-bit, so that no server has a reason to change a byte.</summary>
public sealed class MailComposer(MailOptions options, TimeProvider clock)
{
    private const string UsualFrom = "Observatory <observatory@localhost>";

    /// <summary>The largest that may be sent, in bytes.</summary>
    public long Maximum => options.MaximumMegabytes * 1_000_000L;

    public MimeMessage Compose(OutgoingMail mail)
    {
        var message = new MimeMessage { Subject = mail.Subject, Date = clock.GetUtcNow(), MessageId = mail.MessageId };
        message.From.Add(MailboxAddress.Parse(options.From.Length > 0 ? options.From : UsualFrom));
        message.To.Add(new MailboxAddress(null, mail.To));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } link)
        {
            message.Headers.Add("List-Unsubscribe", $"<{link}>");
            message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        message.Body = Body(mail);
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    /// <summary>As it goes over the wire.</summary>
    public static byte[] Write(MimeMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteTo(Format, stream);
        return stream.ToArray();
    }

    internal static FormatOptions Format { get; } = MakeFormat();

    private static FormatOptions MakeFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    private static MimeEntity Body(OutgoingMail mail)
    {
        var text = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        text.SetText(Encoding.UTF8, mail.Text);
        var html = new TextPart("html") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        html.SetText(Encoding.UTF8, mail.Html);
        MimeEntity shown = html;
        if (mail.Images.Count > 0)
        {
            var related = new MultipartRelated { Root = html };
            foreach (var image in mail.Images) related.Add(Part(image));
            shown = related;
        }
        var alternative = new MultipartAlternative { text, shown };
        if (mail.Attachments.Count == 0) return alternative;
        var mixed = new Multipart("mixed") { alternative };
        foreach (var attachment in mail.Attachments) mixed.Add(Part(attachment));
        return mixed;
    }

    private static MimePart Part(MailImage image) => new("image", "png")
    {
        Content = new MimeContent(new MemoryStream(image.Data, writable: false)), ContentId = image.Id, ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = new ContentDisposition(ContentDisposition.Inline) { FileName = image.Id.Split('@')[0] + ".png" },
    };

    private static MimePart Part(MailAttachment attachment) => new(attachment.Type)
    {
        Content = new MimeContent(new MemoryStream(attachment.Data, writable: false)), ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = attachment.Name }, FileName = attachment.Name,
    };

    /// <summary>Mail can come from it.</summary>
    public static bool IsFrom(string text) => MailboxAddress.TryParse(text, out var box) && box.Address.Contains('@', StringComparison.Ordinal);
}
