using Observatory.Core.Deliveries;

namespace Observatory.Core.Mail;

/// <summary>The way out. Thread-safe.</summary>
public interface IMailTransport
{
    /// <summary><c>smtp</c> or <c>folder</c>.</summary>
    string Channel { get; }

    /// <summary>Where it leads, for pages.</summary>
    string Place { get; }

    /// <summary>One transaction. Never throws for what the other side does.</summary>
    Task<SendResult> SendAsync(OutgoingMail mail, CancellationToken cancel = default);

    /// <summary>Whether a message of that name was delivered, of one that was on its way when the program ended.</summary>
    Found Find(string messageId);
}
