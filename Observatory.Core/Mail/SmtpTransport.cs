using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Observatory.Core.Deliveries;

namespace Observatory.Core.Mail;

/// <summary>Sends by SMTP, one transaction a recipient. A few connections are kept for the next message.</summary>
public sealed class SmtpTransport(MailOptions options, MailComposer composer, TimeProvider clock) : IMailTransport, IDisposable
{
    public const string Name = "smtp";

    /// <summary>Fewer bytes than a buffer of the connection: what was counted before it was on its way.</summary>
    private const int Slack = 16_384;

    private const int MostIdle = 4;
    private const int FirstOfPermanent = 500;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);

    private readonly ConcurrentStack<(SmtpClient Client, long Since)> _idle = new();

    /// <summary>For one answer of the other side.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public string Channel => Name;

    public string Place => options.Port == 0 ? options.Host : $"{options.Host}:{options.Port}";

    public async Task<SendResult> SendAsync(OutgoingMail mail, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(mail);
        var message = composer.Compose(mail);
        var (client, isUsed) = Take();
        var result = await TryAsync(client, message, cancel).ConfigureAwait(false);
        // A connection that waited may have been closed meanwhile: that is no try.
        if (isUsed && result is { Verdict: SendVerdict.Later, IsBroken: true }) result = await TryAsync(new SmtpClient(), message, cancel)
            .ConfigureAwait(false);
        return new SendResult(result.Verdict, result.Error);
    }

    /// <summary>SMTP cannot be asked what became of a message.</summary>
    public Found Find(string messageId) => Found.Unknown;

    private async Task<Attempt> TryAsync(SmtpClient client, MimeMessage message, CancellationToken cancel)
    {
        var progress = new Progress();
        try
        {
            client.Timeout = (int)Patience.TotalMilliseconds;
            if (!client.IsConnected) await ConnectAsync(client, cancel).ConfigureAwait(false);
            if (client.MaxSize > 0 && MailComposer.Write(message).LongLength is var size && size > client.MaxSize)
                return Dropped(client, new Attempt(SendVerdict.Refused,
                    $"The mail server takes messages of at most {client.MaxSize} bytes, and this one has {size}."));
            await client.SendAsync(MailComposer.Format, message, cancel, progress).ConfigureAwait(false);
            Keep(client);
            return new Attempt(SendVerdict.Sent);
        }
        catch (SmtpCommandException refused)
        {
            // A verdict: whatever came before it, nothing of this message was taken.
            return Dropped(client, new Attempt(IsForGood(refused) ? SendVerdict.Refused : SendVerdict.Later, $"{(int)refused.StatusCode} {refused.Message}"));
        }
        catch (Exception broken) when (IsOfTheLine(broken))
        {
            return Dropped(client, progress.MayBeWhole(message) ? new Attempt(SendVerdict.Unknown,
                $"The connection ended after the message was sent and before it was accepted: {broken.Message}")
                : new Attempt(SendVerdict.Later, broken.Message, IsBroken: true));
        }
        catch (OperationCanceledException)
        {
            client.Dispose();
            // The program ends: what is on its way stays as it is, and the next start judges it.
            if (progress.MayBeWhole(message)) throw;
            return new Attempt(SendVerdict.Later, "The server was stopped before it was sent.");
        }
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken cancel)
    {
        var security = options.Security switch
        {
            MailSecurity.None => SecureSocketOptions.None,
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.StartTls,
        };
        var port = options.Port > 0 ? options.Port : options.Security switch { MailSecurity.Tls => 465, MailSecurity.None => 25, _ => 587 };
        await client.ConnectAsync(options.Host, port, security, cancel).ConfigureAwait(false);
        if (options.User.Length > 0) await client.AuthenticateAsync(options.User, options.Password, cancel).ConfigureAwait(false);
    }

    private static bool IsForGood(SmtpCommandException refused) => (int)refused.StatusCode >= FirstOfPermanent;

    private static bool IsOfTheLine(Exception error) => error is IOException or SocketException or ProtocolException or ServiceNotConnectedException
        or TimeoutException or SslHandshakeException or AuthenticationException or System.Security.Authentication.AuthenticationException
        or NotSupportedException or ServiceNotAuthenticatedException or ObjectDisposedException;

    private (SmtpClient Client, bool IsUsed) Take()
    {
        while (_idle.TryPop(out var kept))
        {
            if (kept.Client.IsConnected && clock.GetElapsedTime(kept.Since) < s_idle) return (kept.Client, true);
            kept.Client.Dispose();
        }
        return (new SmtpClient(), false);
    }

    private void Keep(SmtpClient client)
    {
        if (_idle.Count < MostIdle) _idle.Push((client, clock.GetTimestamp()));
        else client.Dispose();
    }

    private static Attempt Dropped(SmtpClient client, Attempt attempt)
    {
        client.Dispose();
        return attempt;
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var kept)) kept.Client.Dispose();
    }

    private sealed record Attempt(SendVerdict Verdict, string? Error = null, bool IsBroken = false);

    /// <summary>How much of a message was handed to the connection.</summary>
    private sealed class Progress : ITransferProgress
    {
        private long _bytes = -1;

        public void Report(long bytesTransferred, long totalSize) => _bytes = bytesTransferred;

        public void Report(long bytesTransferred) => _bytes = bytesTransferred;

        /// <summary>Its end, without which no server takes it, may have left.</summary>
        public bool MayBeWhole(MimeMessage message) => _bytes >= 0 && _bytes + Slack >= MailComposer.Write(message).LongLength;
    }
}
