using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Observatory.Tests.Support;

/// <summary>What a mail server does with a message, or with an address.</summary>
internal enum MailAnswer
{
    Take,
    Later,
    Never,

    /// <summary>The connection ends before the message is taken.</summary>
    DropBefore,

    /// <summary>The message is taken, and the connection ends before that is said.</summary>
    DropAfter,
}

/// <summary>A real SMTP server on a port of its own, which does what a test wants.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _run;

    private MailServer(int port)
    {
        Port = port;
        var services = new ServiceProvider();
        services.Add(new Store(this));
        services.Add(new Filter(this));
        var options = new SmtpServerOptionsBuilder().ServerName("mail.test")
            .Endpoint(e => e.Endpoint(new IPEndPoint(IPAddress.Loopback, port)).IsSecure(false)).Build();
        _run = new SmtpServer.SmtpServer(options, services).StartAsync(_over.Token);
    }

    public int Port { get; }

    /// <summary>Everything that was taken, in order; a message that came twice stands here twice.</summary>
    public ConcurrentQueue<(string MessageId, string To, byte[] Data)> Taken { get; } = new();

    /// <summary>By address, at RCPT.</summary>
    public Func<string, MailAnswer> AtAddress { get; set; } = _ => MailAnswer.Take;

    /// <summary>By address, when the message is there.</summary>
    public Func<string, MailAnswer> AtMessage { get; set; } = _ => MailAnswer.Take;

    public TimeSpan Delay { get; set; }

    public static async Task<MailServer> StartAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var server = new MailServer(port);
        await Patience.UntilAsync(() => CanConnectAsync(port));
        return server;
    }

    public IEnumerable<MimeMessage> Messages => Taken.Select(t => MimeMessage.Load(new MemoryStream(t.Data)));

    private static async Task<bool> CanConnectAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // As it was told to.
        }
        _over.Dispose();
    }

    private sealed class Store(MailServer server) : MessageStore
    {
        public override async Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            if (server.Delay > TimeSpan.Zero) await Task.Delay(server.Delay, cancellationToken);
            var to = transaction.To.Single().AsAddress();
            var data = buffer.ToArray();
            var answer = server.AtMessage(to);
            if (answer is MailAnswer.Take or MailAnswer.DropAfter)
            {
                server.Taken.Enqueue((MimeMessage.Load(new MemoryStream(data), cancellationToken).MessageId!, to, data));
            }
            if (answer is MailAnswer.DropAfter or MailAnswer.DropBefore) context.Pipe.Dispose();
            return answer switch
            {
                MailAnswer.Later => new SmtpResponse(SmtpReplyCode.Aborted, "try again later"),
                MailAnswer.Never => new SmtpResponse(SmtpReplyCode.TransactionFailed, "not this one"),
                _ => SmtpResponse.Ok,
            };
        }
    }

    private sealed class Filter(MailServer server) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            server.AtAddress(to.AsAddress()) switch
        {
            MailAnswer.Take => Task.FromResult(true),
            MailAnswer.Later => throw new SmtpResponseException(new SmtpResponse(SmtpReplyCode.RecipientNotResponding, "greylisted")),
            _ => throw new SmtpResponseException(new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "no such mailbox")),
        };
    }
}
