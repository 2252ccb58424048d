using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Reports;

/// <summary>
/// Sends what is due: takes it from the ledger, renders it once for all who see the same, hands it over, and writes down what became of it. Several may
/// run at once, here and elsewhere: the ledger gives each delivery to one of them.
/// </summary>
public sealed class ReportRunner(
    IDeliveryLedger ledger, IReports reports, ReportMails mails, IAccountStore accounts, IMailTransport transport, TimeProvider clock,
    ILogger<ReportRunner> log) : IDisposable
{
    /// <summary>Occurrences that are worked at together.</summary>
    private const int Workers = 4;

    /// <summary>Deliveries that one look takes.</summary>
    private const int Handful = 40;

    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(15);

    private readonly string _instance = Guid.NewGuid().ToString("N")[..12];
    private readonly SemaphoreSlim _gate = new(1);
    private long _claims;
    private bool _isJudged;

    /// <summary>No other process works on this store.</summary>
    public bool IsAlone { get; init; } = true;

    /// <summary>What a server that is gone left is judged first, before anything is sent.</summary>
    public async Task JudgeAsync(CancellationToken cancel = default)
    {
        var judged = await ledger.JudgeAsync(DeliveryKinds.Report, _instance, IsAlone, row => Judge(row), cancel).ConfigureAwait(false);
        if (judged > 0) log.LogWarning("{Count} deliveries were open when a server ended; each was judged", judged);
        _isJudged = true;
    }

    /// <summary>Sends everything that is due now. Ends when nothing is.</summary>
    /// <returns>Deliveries that were worked at.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancel = default)
    {
        // One round a process: more would only fight for the same leases.
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!_isJudged || !IsAlone) await JudgeAsync(cancel).ConfigureAwait(false);
            var done = 0;
            while (true)
            {
                var owner = $"{_instance}:{Interlocked.Increment(ref _claims)}";
                var claimed = await ledger.ClaimAsync(DeliveryKinds.Report, owner, Handful, cancel).ConfigureAwait(false);
                if (claimed.Count == 0) return done;
                await HoldAsync(owner, () => Parallel.ForEachAsync(
                    claimed.GroupBy(d => d.OccurrenceId), new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancel },
                    async (group, stop) => await WorkAsync([.. group], stop).ConfigureAwait(false)), cancel).ConfigureAwait(false);
                done += claimed.Count;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private Found Judge(DeliveryEntity row) => row.Channel == FolderTransport.Name ? mails.FindFile(row.MessageId) : row.Channel == "" ? Found.NotThere
        : Found.Unknown;

    /// <summary>Holds the leases while the work takes its time, and gives back what it did not come to.</summary>
    private async Task HoldAsync(string owner, Func<Task> work, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewal = RenewAsync(owner, over.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await renewal.ConfigureAwait(false);
            await ReleaseAsync(owner).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(string owner, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await Task.Delay(s_renewal, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested) return;
            try
            {
                await ledger.RenewAsync(owner, cancel).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A lease that is lost is found by whoever writes down the next step.
                log.LogWarning("A lease could not be renewed: {Reason}", error.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ReleaseAsync(string owner)
    {
        try
        {
            await ledger.ReleaseAsync(owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            log.LogWarning("Deliveries could not be given back, and wait for the end of their lease: {Reason}", error.Message);
        }
    }

    private async Task WorkAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancel)
    {
        try
        {
            await WorkOnAsync(deliveries, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            log.LogError(error, "Report {Id} of {Occurrence} could not be made", deliveries[0].SourceId, deliveries[0].Occurrence);
            foreach (var delivery in deliveries) await ledger.PostponeAsync(delivery, $"The report could not be made: {error.Message}", cancel)
                .ConfigureAwait(false);
        }
    }

    private async Task WorkOnAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancel)
    {
        var first = deliveries[0];
        var history = await ledger.FindAsync(first.Kind, first.SourceId, first.Occurrence, cancel).ConfigureAwait(false);
        var report = await reports.FindAsync(int.Parse(first.SourceId, System.Globalization.CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
        // Deleted meanwhile, rows and all.
        if (report is null || history is null) return;
        if (await OwnerIsGoneAsync(report, cancel).ConfigureAwait(false) is { } why)
        {
            await reports.PauseAsync(report.Id, why, cancel).ConfigureAwait(false);
            if (await ledger.SkipAsync(history.Occurrence.Id, why, cancel).ConfigureAwait(false)) return;
            foreach (var delivery in deliveries) await ledger.SuppressAsync(delivery, why, cancel).ConfigureAwait(false);
            return;
        }
        var set = mails.Begin(report, history);
        if (await set.WhyNotAsync(cancel).ConfigureAwait(false) is { } unmet
            && await ledger.SkipAsync(history.Occurrence.Id, unmet, cancel).ConfigureAwait(false)) return;
        foreach (var delivery in deliveries)
        {
            cancel.ThrowIfCancellationRequested();
            await SendAsync(delivery, set, cancel).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(Delivery delivery, ReportMailSet set, CancellationToken cancel)
    {
        var account = await accounts.FindUserAsync(delivery.Recipient, cancel).ConfigureAwait(false);
        if (account is { Disabled: false } && !Askers.Of(account).SeesEverything)
        {
            // A mail is made once for all, as its owner sees it.
            await ledger.SuppressAsync(delivery, "This account sees less than the report shows, so it gets none.", cancel).ConfigureAwait(false);
            return;
        }
        if (account is { Disabled: true })
        {
            await ledger.SuppressAsync(delivery, "The account is closed, so it may see nothing.", cancel).ConfigureAwait(false);
            return;
        }
        var mail = await set.ForAsync(delivery.Recipient, delivery.MessageId, cancel).ConfigureAwait(false);
        if (!await ledger.BeginAsync(delivery, transport.Channel, cancel).ConfigureAwait(false)) return;
        var result = await transport.SendAsync(mail, cancel).ConfigureAwait(false);
        // What became of it is written down also where the program is asked to end.
        if (!await ledger.EndAsync(delivery, result, CancellationToken.None).ConfigureAwait(false))
            log.LogWarning("The lease of a delivery of report {Id} was lost while it was sent", delivery.SourceId);
        if (result.Verdict is not SendVerdict.Sent) log.LogWarning("Report {Id}: a delivery is {Verdict}: {Error}", delivery.SourceId, result.Verdict,
            result.Error);
    }

    /// <summary>Null = the owner is there, or the report has none.</summary>
    private async Task<string?> OwnerIsGoneAsync(Report report, CancellationToken cancel)
    {
        if (report.Definition.Owner is not { } owner) return null;
        return await accounts.FindUserAsync(owner, cancel).ConfigureAwait(false) switch
        {
            null => $"There is no account {owner} any more, in whose name figures could be read.",
            { Disabled: true } => $"The account {owner}, in whose name figures are read, is closed.",
            _ => null,
        };
    }

    public void Dispose() => _gate.Dispose();
}
