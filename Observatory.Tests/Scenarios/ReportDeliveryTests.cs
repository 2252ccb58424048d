using MimeKit;
using Observatory.Core.Accounts;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Reports;
using Observatory.Core.Storage.Entities;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What becomes of a report when servers stop, mail servers refuse and recipients change their mind.</summary>
public sealed class ReportDeliveryTests
{
    private static readonly DateTimeOffset s_eve = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_due = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_report_that_was_due_while_no_server_ran_is_sent_once_and_says_how_late()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org"), Cancel);
        rig.Clock.SetUtcNow(s_due.AddMinutes(40));
        for (var start = 0; start < 3; start++) await rig.Server().Rounds.RunAsync(Cancel);
        var late = Assert.Single(Directory.GetFiles(rig.Folder, "*.eml"));
        Assert.Contains("40", Text(late).Split('\n').Single(l => l.Contains("late", StringComparison.Ordinal)), StringComparison.Ordinal);
        rig.Clock.SetUtcNow(s_due.AddDays(1).AddSeconds(5));
        await rig.Server().Rounds.RunAsync(Cancel);
        Assert.Equal(2, Directory.GetFiles(rig.Folder, "*.eml").Length);
        Assert.All(await rig.DeliveriesAsync(), d => Assert.Equal((DeliveryState.Sent, 1), (d.State, d.Attempts)));
    }

    [Theory]
    [InlineData("once", 1)]
    [InlineData("skip", 0)]
    public async Task Of_several_that_were_missed_the_last_is_caught_up_or_none(string missed, int mails)
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        var report = await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org") with { Missed = missed }, Cancel);
        rig.Clock.SetUtcNow(s_due.AddDays(3).AddHours(1));
        await rig.Server().Rounds.RunAsync(Cancel);
        var history = await rig.Ledger.HistoryAsync(DeliveryKinds.Report, $"{report.Id}", 10, Cancel);
        Assert.Equal(4, history.Count);
        Assert.Equal(mails, history.Count(h => h.Occurrence.State == OccurrenceState.Done));
        Assert.All(history.Skip(mails), h => Assert.Equal((OccurrenceState.Missed, 0), (h.Occurrence.State, h.Deliveries.Count)));
        Assert.Equal(mails, Directory.Exists(rig.Folder) ? Directory.GetFiles(rig.Folder, "*.eml").Length : 0);
    }

    [Fact]
    public async Task Two_schedulers_on_one_store_open_an_occurrence_once()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        for (var i = 0; i < 10; i++) await rig.Reports.CreateAsync(ReportRig.Define($"R{i}", "a@example.org", "b@example.org"), Cancel);
        var servers = Enumerable.Range(0, 4).Select(_ => rig.Server(isAlone: false)).ToList();
        rig.Clock.SetUtcNow(s_due.AddSeconds(1));
        await Task.WhenAll(servers.Select(s => Task.Run(() => s.Rounds.RunAsync(Cancel), Cancel)));
        Assert.Equal(20, Directory.GetFiles(rig.Folder, "*.eml").Length);
        Assert.All(await rig.DeliveriesAsync(), d => Assert.Equal((DeliveryState.Sent, 1), (d.State, d.Attempts)));
    }

    [Fact]
    public async Task A_bad_address_stops_no_other_and_is_alone_tried_again()
    {
        using var temp = new TempFolder();
        await using var server = await MailServer.StartAsync();
        await using var rig = await ReportRig.StartAsync(temp, s_eve, server);
        await rig.Reports.CreateAsync(ReportRig.Define("Daily", "p1@example.org", "p2@example.org", "p3@example.org", "p4@example.org", "p5@example.org"),
            Cancel);
        server.AtAddress = to => to.StartsWith("p2", StringComparison.Ordinal) ? MailAnswer.Later : to.StartsWith("p4", StringComparison.Ordinal)
            ? MailAnswer.Never : MailAnswer.Take;
        rig.Clock.SetUtcNow(s_due);
        var (rounds, _) = rig.Server();
        await rounds.RunAsync(Cancel);
        Assert.Equal(["p1@example.org", "p3@example.org", "p5@example.org"], server.Taken.Select(t => t.To).Order());
        // Not before its time, and then it alone.
        rig.Clock.Advance(TimeSpan.FromSeconds(59));
        await rounds.RunAsync(Cancel);
        Assert.Equal(3, server.Taken.Count);
        server.AtAddress = _ => MailAnswer.Take;
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await rounds.RunAsync(Cancel);
        Assert.Equal("p2@example.org", server.Taken.Last().To);
        Assert.Equal(4, server.Taken.Count);
        var refused = (await rig.DeliveriesAsync()).Single(d => d.Recipient == "p4@example.org");
        Assert.Equal((DeliveryState.Failed, 1), (refused.State, refused.Attempts));
        Assert.Contains("no such mailbox", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_never_taken_is_given_up_after_a_day()
    {
        using var temp = new TempFolder();
        await using var server = await MailServer.StartAsync();
        await using var rig = await ReportRig.StartAsync(temp, s_eve, server);
        await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org") with { Schedule = new ReportSchedule("0 9 30 * *", "UTC") }, Cancel);
        server.AtMessage = _ => MailAnswer.Later;
        rig.Clock.SetUtcNow(s_due);
        var (rounds, _) = rig.Server();
        var tries = new List<TimeSpan>();
        for (var last = 0; rig.Clock.GetUtcNow() < s_due.AddHours(30); rig.Clock.Advance(TimeSpan.FromMinutes(1)))
        {
            if (await rig.Ledger.NextTryAsync(DeliveryKinds.Report, Cancel) is not { } next || next > rig.Clock.GetUtcNow().ToUnixTimeMilliseconds())
            {
                if (tries.Count > 0) continue;
            }
            await rounds.RunAsync(Cancel);
            if ((await rig.DeliveriesAsync()).Single() is { } d && d.Attempts > last)
            {
                last = d.Attempts;
                tries.Add(rig.Clock.GetUtcNow() - s_due);
            }
        }
        Assert.Equal([0, 1, 6, 21, 81, 321, 561, 801, 1041, 1281], tries.Select(t => (int)t.TotalMinutes));
        Assert.Equal(DeliveryState.Failed, (await rig.DeliveriesAsync()).Single().State);
    }

    [Fact]
    public async Task Where_the_line_dies_after_the_message_it_is_uncertain_and_goes_again_by_a_person_only()
    {
        using var temp = new TempFolder();
        await using var server = await MailServer.StartAsync();
        await using var rig = await ReportRig.StartAsync(temp, s_eve, server);
        var report = await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org"), Cancel);
        server.AtMessage = _ => MailAnswer.DropAfter;
        rig.Clock.SetUtcNow(s_due);
        var (rounds, _) = rig.Server();
        await rounds.RunAsync(Cancel);
        var uncertain = (await rig.DeliveriesAsync()).Single();
        Assert.Equal(DeliveryState.Uncertain, uncertain.State);
        rig.Clock.Advance(TimeSpan.FromHours(3));
        await rounds.RunAsync(Cancel);
        Assert.Single(server.Taken);
        server.AtMessage = _ => MailAnswer.Take;
        Assert.True(await rig.Ledger.ResendAsync(DeliveryKinds.Report, $"{report.Id}", uncertain.Occurrence, uncertain.Recipient, Cancel));
        await rounds.RunAsync(Cancel);
        Assert.Equal(2, server.Taken.Count);
        Assert.Single(server.Taken.Select(t => t.MessageId).Distinct());
        Assert.Equal(DeliveryState.Sent, (await rig.DeliveriesAsync()).Single().State);
        Assert.False(await rig.Ledger.ResendAsync(DeliveryKinds.Report, $"{report.Id}", uncertain.Occurrence, uncertain.Recipient, Cancel));
    }

    [Fact]
    public async Task A_server_that_nobody_hears_is_no_verdict_and_tried_later()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org"), Cancel);
        using var nobody = new SmtpTransport(new MailOptions { Host = "127.0.0.1", Port = 1, Security = MailSecurity.None },
            new MailComposer(new MailOptions(), rig.Clock), rig.Clock);
        rig.Clock.SetUtcNow(s_due);
        await rig.Server(transport: nobody).Rounds.RunAsync(Cancel);
        var delivery = (await rig.DeliveriesAsync()).Single();
        Assert.Equal((DeliveryState.Due, 1, s_due.AddMinutes(1).ToUnixTimeMilliseconds()), (delivery.State, delivery.Attempts, delivery.NextTryAt));
        Assert.NotNull(delivery.Error);
    }

    [Fact]
    public async Task A_report_of_a_closed_account_pauses_and_a_recipient_whose_account_is_closed_gets_none()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        async Task AccountAsync(string email, bool isClosed) => await rig.Accounts.SaveUserAsync(new User
        {
            Email = email, NormalizedEmail = User.Normalize(email), SecurityStamp = "s", Role = UserRole.Admin, Disabled = isClosed,
        }, Cancel);
        await AccountAsync("owner@example.org", false);
        await AccountAsync("gone@example.org", true);
        var kept = await rig.Reports.CreateAsync(ReportRig.Define("Kept", "owner@example.org", "gone@example.org") with { Owner = "owner@example.org" },
            Cancel);
        var paused = await rig.Reports.CreateAsync(ReportRig.Define("Paused", "owner@example.org") with { Owner = "gone@example.org" }, Cancel);
        rig.Clock.SetUtcNow(s_due);
        await rig.Server().Rounds.RunAsync(Cancel);
        var deliveries = (await rig.DeliveriesAsync()).OrderBy(d => d.Recipient, StringComparer.Ordinal).ToList();
        Assert.Equal([("gone@example.org", DeliveryState.Suppressed), ("owner@example.org", DeliveryState.Sent)],
            deliveries.Select(d => (d.Recipient, d.State)));
        Assert.True((await rig.Reports.FindAsync(paused.Id, Cancel))!.Definition.Paused);
        Assert.Contains("gone@example.org", (await rig.Reports.FindAsync(paused.Id, Cancel))!.PausedBecause, StringComparison.Ordinal);
        Assert.False((await rig.Reports.FindAsync(kept.Id, Cancel))!.Definition.Paused);
        // The owner hears of it in the next mail of that report.
        rig.Clock.SetUtcNow(s_due.AddDays(1));
        await rig.Server().Rounds.RunAsync(Cancel);
        var texts = Directory.GetFiles(rig.Folder, "*.eml").Select(Text).ToList();
        Assert.Single(texts, t => t.Contains("gone@example.org, 2026-11-30T09:00:00Z: not sent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_unsubscribed_gets_nothing_from_the_next_occurrence_on_until_it_is_undone()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        var report = await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org", "b@example.org"), Cancel);
        await rig.Reports.SuppressAsync(report.Id, "a@example.org", Cancel);
        await rig.Reports.RunAsync(report.Id, null, Cancel);
        var (rounds, _) = rig.Server();
        await rounds.RunAsync(Cancel);
        Assert.Equal([DeliveryState.Suppressed, DeliveryState.Sent],
            (await rig.DeliveriesAsync()).OrderBy(d => d.Recipient, StringComparer.Ordinal).Select(d => d.State));
        Assert.True(await rig.Reports.UnsuppressAsync(report.Id, "a@example.org", Cancel));
        await rig.Reports.RunAsync(report.Id, null, Cancel);
        await rounds.RunAsync(Cancel);
        Assert.Equal(3, Directory.GetFiles(rig.Folder, "*.eml").Length);
    }

    [Theory]
    [InlineData("always", 1)]
    [InlineData("ifData", 0)]
    [InlineData("ifFindings", 0)]
    public async Task A_condition_that_is_not_met_sends_nothing_and_says_so(string condition, int mails)
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        var report = await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org") with { Condition = condition }, Cancel);
        rig.Clock.SetUtcNow(s_due);
        await rig.Server().Rounds.RunAsync(Cancel);
        var occurrence = Assert.Single(await rig.Ledger.HistoryAsync(DeliveryKinds.Report, $"{report.Id}", 5, Cancel));
        Assert.Equal((mails == 1 ? OccurrenceState.Done : OccurrenceState.Skipped, mails), (occurrence.Occurrence.State, occurrence.Deliveries.Count));
        // Who runs it by hand wants to see it.
        await rig.Reports.RunAsync(report.Id, null, Cancel);
        await rig.Server().Rounds.RunAsync(Cancel);
        Assert.Equal(mails + 1, Directory.GetFiles(rig.Folder, "*.eml").Length);
    }

    [Fact]
    public async Task What_nobody_comes_to_is_told_after_five_minutes()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        var report = await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org"), Cancel);
        await rig.Watch.LookAsync(Cancel);
        Assert.Empty(rig.Watch.Troubles);
        rig.Clock.SetUtcNow(s_due.AddMinutes(4));
        await rig.Watch.LookAsync(Cancel);
        Assert.Empty(rig.Watch.Troubles);
        rig.Clock.SetUtcNow(s_due.AddMinutes(6));
        await rig.Watch.LookAsync(Cancel);
        Assert.Equal(report.Id, Assert.Single(rig.Watch.Troubles).Report);
        await rig.Server().Rounds.RunAsync(Cancel);
        await rig.Watch.LookAsync(Cancel);
        Assert.Empty(rig.Watch.Troubles);
    }

    [Fact]
    public async Task A_worker_that_is_killed_while_it_renders_is_followed_within_a_minute()
    {
        using var temp = new TempFolder();
        await using var rig = await ReportRig.StartAsync(temp, s_eve);
        await rig.Reports.CreateAsync(ReportRig.Define("Daily", "a@example.org"), Cancel);
        rig.Clock.SetUtcNow(s_due);
        // Judged, claimed, and dead before the first step of sending.
        var steps = 0;
        await Assert.ThrowsAsync<KilledException>(() => rig.Server(() => ++steps <= 3, isAlone: false).Rounds.RunAsync(Cancel));
        var next = rig.Server(isAlone: false);
        await next.Rounds.RunAsync(Cancel);
        Assert.False(Directory.Exists(rig.Folder) && Directory.GetFiles(rig.Folder, "*.eml").Length > 0);
        rig.Clock.Advance(IDeliveryLedger.Lease);
        await next.Rounds.RunAsync(Cancel);
        Assert.Single(Directory.GetFiles(rig.Folder, "*.eml"));
    }

    private static string Text(string path) => MimeMessage.Load(path).TextBody!;
}
