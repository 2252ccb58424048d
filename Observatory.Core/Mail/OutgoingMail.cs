namespace Observatory.Core.Mail;

/// <summary>A picture inside a mail.</summary>
/// <param name="Id">As <c>cid:</c> names it.</param>
/// <param name="Data">PNG.</param>
public sealed record MailImage(string Id, byte[] Data);

/// <param name="Name">With its ending.</param>
/// <param name="Type">Content type.</param>
public sealed record MailAttachment(string Name, string Type, byte[] Data);

/// <summary>One message to one recipient.</summary>
public sealed record OutgoingMail
{
    /// <summary>Without angle brackets; fit for a file's name.</summary>
    public required string MessageId { get; init; }

    public required string To { get; init; }

    public required string Subject { get; init; }

    public required string Html { get; init; }

    public required string Text { get; init; }

    public IReadOnlyList<MailImage> Images { get; init; } = [];

    public IReadOnlyList<MailAttachment> Attachments { get; init; } = [];

    /// <summary>Takes a POST and ends the mails, null = there is none.</summary>
    public string? Unsubscribe { get; init; }
}
