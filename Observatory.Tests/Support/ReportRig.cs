using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Accounts;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Reports;
using Observatory.Core.Storage.Entities;

namespace Observatory.Tests.Support;

/// <summary>Reports on a real core, with a clock by hand, and servers that can be killed at any step.</summary>
internal sealed class ReportRig : IAsyncDisposable
{
    private readonly CoreHost _core;
    private readonly MailServer? _server;

    private ReportRig(CoreHost core, FakeTimeProvider clock, MailServer? server, string folder) =>
        (_core, Clock, _server, Folder) = (core, clock, server, folder);

    public FakeTimeProvider Clock { get; }

    /// <summary>Where mails are written without a server.</summary>
    public string Folder { get; }

    public IReports Reports => _core.Services.GetRequiredService<IReports>();

    public IDeliveryLedger Ledger => _core.Services.GetRequiredService<IDeliveryLedger>();

    public IAccountStore Accounts => _core.Services.GetRequiredService<IAccountStore>();

    public ReportWatch Watch => _core.Services.GetRequiredService<ReportWatch>();

    public CoreHost Core => _core;

    /// <param name="server">Takes the mails; null = they are written to <see cref="Folder"/>.</param>
    public static async Task<ReportRig> StartAsync(TempFolder temp, DateTimeOffset now, MailServer? server = null, IReportRenderer? renderer = null)
    {
        var clock = new FakeTimeProvider(now);
        var folder = temp.File("mails");
        var core = await CoreHost.StartAsync(clock, temp.Path, services =>
        {
            services.AddSingleton<IReportLinks, PlainLinks>();
            services.AddSingleton(renderer ?? new PlainRenderer());
            services.RemoveAll<MailOptions>();
            services.AddSingleton(new MailOptions { Host = server is null ? "" : "127.0.0.1", Port = server?.Port
                ?? 0, Security = MailSecurity.None, PickupDirectory = folder });
            services.RemoveAll<FolderTransport>();
            services.AddSingleton(s => new FolderTransport(folder, s.GetRequiredService<MailComposer>()));
            services.RemoveAll<IMailTransport>();
            services.AddSingleton<IMailTransport>(s => server is null ? s.GetRequiredService<FolderTransport>()
                : new SmtpTransport(s.GetRequiredService<MailOptions>(), s.GetRequiredService<MailComposer>(),
                    TimeProvider.System) { Patience = Patience.Usual });
        });
        return new ReportRig(core, clock, server, folder);
    }

    public static ReportDefinition Define(string name, params string[] recipients) => new()
    {
        Name = name, Schedule = new ReportSchedule("0 9 * * *", "UTC"), Recipients = recipients, Period = "yesterday",
    };

    /// <summary>A server as it is after a start: it knows nothing of who was there before.</summary>
    /// <param name="mayGoOn">Asked before each step that leaves a trace; false = it was killed there.</param>
    public (ReportRounds Rounds, ReportRunner Runner) Server(Func<bool>? mayGoOn = null, bool isAlone = true, IMailTransport? transport = null)
    {
        var services = _core.Services;
        var ledger = mayGoOn is null ? Ledger : new MortalLedger(Ledger, mayGoOn);
        var way = transport ?? services.GetRequiredService<IMailTransport>();
        var mails = new ReportMails(
            Reports, ledger, services.GetRequiredService<ReportBuilder>(), services.GetRequiredService<IReportRenderer>(),
            services.GetServices<IReportAttachments>(), services.GetRequiredService<IReportLinks>(), services.GetRequiredService<MailComposer>(),
            services.GetRequiredService<FolderTransport>(), Clock, NullLogger<ReportMails>.Instance);
        var runner = new ReportRunner(ledger, Reports, mails, Accounts, way, Clock, NullLogger<ReportRunner>.Instance) { IsAlone = isAlone };
        return (new ReportRounds(Reports, runner, Clock), runner);
    }

    public async Task<IReadOnlyList<DeliveryEntity>> DeliveriesAsync()
    {
        var all = new List<DeliveryEntity>();
        foreach (var report in await Reports.ListAsync())
        {
            foreach (var history in await Ledger.HistoryAsync(DeliveryKinds.Report, $"{report.Id}", 1_000)) all.AddRange(history.Deliveries);
        }
        return all;
    }

    public ValueTask DisposeAsync() => _core.DisposeAsync();

    private sealed class PlainLinks : IReportLinks
    {
        public string Page(string path) => "http://observatory.test" + path;

        public string Unsubscribe(int report, string recipient) => $"http://observatory.test/mail/unsubscribe?t={report}-{recipient}";

        public string Feedback(int report, string occurrence, string recipient, bool isUseful) => $"http://observatory.test/mail/feedback?t={report}";
    }

    private sealed class PlainRenderer : IReportRenderer
    {
        public Task<KeptMail> RenderAsync(ReportContent content, CancellationToken cancel = default) =>
            Task.FromResult(new KeptMail(content.Subject, $"<p>{content.Name}</p>", ReportPlainText.Write(content), [], []));
    }
}

/// <summary>A server was killed: nothing that it wanted to write down came to be.</summary>
internal sealed class KilledException() : Exception("The server was killed here.");

/// <summary>A ledger as a server that may be killed sees it. After its end nothing of it is heard.</summary>
internal sealed class MortalLedger(IDeliveryLedger inner, Func<bool> mayGoOn) : IDeliveryLedger
{
    private volatile bool _isDead;

    public Task<bool> OpenAsync(NewOccurrence occurrence, OccurrenceState state, IReadOnlyList<string> recipients, string? note, CancellationToken cancel) =>
        Do(() => inner.OpenAsync(occurrence, state, recipients, note, cancel));

    public Task<IReadOnlyList<Delivery>> ClaimAsync(string kind, string owner, int limit, CancellationToken cancel) =>
        Do(() => inner.ClaimAsync(kind, owner, limit, cancel));

    public Task RenewAsync(string owner, CancellationToken cancel) => Task.CompletedTask;

    public Task ReleaseAsync(string owner, CancellationToken cancel) => _isDead ? throw new KilledException() : inner.ReleaseAsync(owner, cancel);

    public Task<bool> BeginAsync(Delivery delivery, string channel, CancellationToken cancel) => Do(() => inner.BeginAsync(delivery, channel, cancel));

    public Task<bool> EndAsync(Delivery delivery, SendResult result, CancellationToken cancel) => Do(() => inner.EndAsync(delivery, result, cancel));

    public Task<bool> SuppressAsync(Delivery delivery, string why, CancellationToken cancel) => Do(() => inner.SuppressAsync(delivery, why, cancel));

    public Task<bool> PostponeAsync(Delivery delivery, string why, CancellationToken cancel) => Do(() => inner.PostponeAsync(delivery, why, cancel));

    public Task<bool> SkipAsync(int occurrenceId, string why, CancellationToken cancel) => Do(() => inner.SkipAsync(occurrenceId, why, cancel));

    public Task<int> JudgeAsync(string kind, string owner, bool isAlone, Func<DeliveryEntity, Found> find, CancellationToken cancel) =>
        Do(() => inner.JudgeAsync(kind, owner, isAlone, find, cancel));

    public Task<bool?> ResendAsync(string kind, string sourceId, string occurrence, string recipient, CancellationToken cancel) =>
        inner.ResendAsync(kind, sourceId, occurrence, recipient, cancel);

    public Task<long?> NextTryAsync(string kind, CancellationToken cancel) => inner.NextTryAsync(kind, cancel);

    public Task<IReadOnlyList<DeliveryEntity>> UntriedAsync(string kind, long before, CancellationToken cancel) => inner.UntriedAsync(kind, before, cancel);

    public Task<IReadOnlyList<OccurrenceHistory>> HistoryAsync(string kind, string sourceId, int limit, CancellationToken cancel) =>
        inner.HistoryAsync(kind, sourceId, limit, cancel);

    public Task<OccurrenceHistory?> FindAsync(string kind, string sourceId, string occurrence, CancellationToken cancel) =>
        inner.FindAsync(kind, sourceId, occurrence, cancel);

    public Task<int> ForgetAsync(long before, CancellationToken cancel) => inner.ForgetAsync(before, cancel);

    public Task ForgetAsync(string kind, string sourceId, CancellationToken cancel) => inner.ForgetAsync(kind, sourceId, cancel);

    private Task<T> Do<T>(Func<Task<T>> step)
    {
        if (!_isDead && !mayGoOn()) _isDead = true;
        return _isDead ? throw new KilledException() : step();
    }
}
