using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;

namespace Observatory.Core.Alerts;

/// <summary>
/// Sends what waits. A mail goes through the ledger of deliveries, as all mail does; a call is noted before its first byte leaves, so that nothing is
/// said twice: what was under way when the program ended is uncertain, and stays so.
/// </summary>
public sealed class AlertSender(
    AlertStore store, IDeliveryLedger ledger, IMailTransport transport, FolderTransport folder, HookCaller caller, TimeProvider clock, ILogger<AlertSender> log)
    : IDisposable
{
    private const int Tries = 3;
    private const int CallsAtOnce = 4;
    private const int Handful = 40;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private long _claims;
    private bool _isJudged;

    /// <summary>Between tries.</summary>
    internal IReadOnlyList<TimeSpan> Pauses { get; set; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];

    /// <summary>Sends everything that is due.</summary>
    public async Task RunAsync(CancellationToken cancel = default)
    {
        // One at a time: two would send one call twice.
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await SendAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        if (!_isJudged)
        {
            await ledger.JudgeAsync(DeliveryKinds.Alert, _instance, true, d => d.Channel == FolderTransport.Name ? folder.Find(d.MessageId)
                : d.Channel == "" ? Found.NotThere : Found.Unknown, cancel).ConfigureAwait(false);
            await store.JudgeCallsAsync(cancel).ConfigureAwait(false);
            _isJudged = true;
        }
        await store.GroupMailsAsync(cancel).ConfigureAwait(false);
        await MailAsync(cancel).ConfigureAwait(false);
        await Parallel.ForEachAsync(await store.DueCallsAsync(Handful, cancel).ConfigureAwait(false), new ParallelOptions
        {
            MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancel,
        }, async (call, stop) => await CallAsync(call, stop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>When something is due next, Unix ms; null = nothing waits.</summary>
    public async Task<long?> NextAsync(CancellationToken cancel = default)
    {
        var (own, mail) = (await store.NextDueAsync(cancel).ConfigureAwait(false), await ledger.NextTryAsync(DeliveryKinds.Alert, cancel)
            .ConfigureAwait(false));
        return own is null ? mail : mail is null ? own : Math.Min(own.Value, mail.Value);
    }

    /// <summary>One try of a channel, for who wants to know whether it works.</summary>
    /// <returns>Null = it was taken.</returns>
    public async Task<string?> TestAsync(AlertChannel channel, AlertMessage message, string? secret, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.Kind == AlertWords.Page) return null;
        if (channel.Kind != AlertWords.Mail)
            return (await caller.CallAsync(channel.To!, AlertMessages.Body(channel.Kind, message), secret, cancel).ConfigureAwait(false)).Error;
        var result = await transport.SendAsync(AlertMessages.Mail($"test.{Guid.NewGuid():N}@observatory.invalid", channel.To!, [message]),
            cancel).ConfigureAwait(false);
        return result.Verdict == SendVerdict.Sent ? null : result.Error ?? "It was not taken.";
    }

    private async Task CallAsync(DueCall call, CancellationToken cancel)
    {
        var message = JsonSerializer.Deserialize<AlertMessage>(call.Body, AlertMessages.Options)!;
        var body = AlertMessages.Body(call.Channel, message);
        for (var attempt = 1; ; attempt++)
        {
            if (!await store.BeginCallAsync(call.Id, attempt, cancel).ConfigureAwait(false)) return;
            var result = await caller.CallAsync(call.To, body, call.Secret, cancel).ConfigureAwait(false);
            if (result.Error is null || !result.MayPass || attempt == Tries)
            {
                // What became of it is written down also where the program is asked to end.
                await store.EndCallAsync(call.Id, result.Error, CancellationToken.None).ConfigureAwait(false);
                if (result.Error is { } error) log.LogWarning("A message of the rule {Id} was not taken after {Count} tries: {Error}", call.RuleId, attempt,
                    error);
                return;
            }
            await Task.Delay(Pauses[attempt - 1], clock, cancel).ConfigureAwait(false);
        }
    }

    private async Task MailAsync(CancellationToken cancel)
    {
        while (true)
        {
            var owner = $"{_instance}:{Interlocked.Increment(ref _claims)}";
            var claimed = await ledger.ClaimAsync(DeliveryKinds.Alert, owner, Handful, cancel).ConfigureAwait(false);
            if (claimed.Count == 0) return;
            try
            {
                foreach (var delivery in claimed) await MailAsync(delivery, cancel).ConfigureAwait(false);
            }
            finally
            {
                await ledger.ReleaseAsync(owner, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task MailAsync(Delivery delivery, CancellationToken cancel)
    {
        var bodies = await store.MailBodiesAsync(delivery.Occurrence, cancel).ConfigureAwait(false);
        if (bodies.Count == 0)
        {
            await ledger.SuppressAsync(delivery, "Its rule was deleted.", cancel).ConfigureAwait(false);
            return;
        }
        var mail = AlertMessages.Mail(delivery.MessageId, delivery.Recipient, [.. bodies.Select(b => JsonSerializer.Deserialize<AlertMessage>(b,
            AlertMessages.Options)!)]);
        if (!await ledger.BeginAsync(delivery, transport.Channel, cancel).ConfigureAwait(false)) return;
        var result = await transport.SendAsync(mail, cancel).ConfigureAwait(false);
        await ledger.EndAsync(delivery, result, CancellationToken.None).ConfigureAwait(false);
        if (result.Verdict is not SendVerdict.Sent) log.LogWarning("A mail of alerts is {Verdict}: {Error}", result.Verdict, result.Error);
        await store.FollowMailsAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose() => _gate.Dispose();
}
