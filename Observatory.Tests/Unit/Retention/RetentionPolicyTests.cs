using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Retention;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Retention;

/// <summary>What keeps less waits and can be taken back; what keeps more holds at once.</summary>
public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RetentionPolicy Raw(int? days, long? bytes = null, params ProjectRetention[] projects) =>
        new(RetentionDatasets.Raw, days, bytes, projects, null);

    [Theory]
    [InlineData(90, 20, true)]
    [InlineData(90, null, false)]
    [InlineData(null, 3_650, true)]
    [InlineData(20, 90, false)]
    [InlineData(20, 20, false)]
    public void Fewer_days_wait(int? held, int? wanted, bool waits)
    {
        var changed = RetentionRules.Change(Raw(held), Raw(wanted), s_now, atOnce: false);
        Assert.Equal(waits ? held : wanted, changed.Days);
        Assert.Equal(waits ? new PendingRetention(wanted, s_now.AddHours(72), null, []).From : null, changed.Pending?.From);
        if (!waits) return;
        Assert.Equal(held, changed.At(s_now.AddHours(71)).Days);
        Assert.Equal((wanted, null), (changed.At(s_now.AddHours(72)).Days, changed.At(s_now.AddHours(72)).Pending));
    }

    [Fact]
    public void A_wait_is_taken_back_by_the_old_value_and_does_not_begin_anew_by_the_same_one()
    {
        var waiting = RetentionRules.Change(Raw(90), Raw(20), s_now, atOnce: false);
        Assert.Equal(waiting, RetentionRules.Change(waiting, Raw(20), s_now.AddHours(5), atOnce: false));
        Assert.Null(RetentionRules.Change(waiting, Raw(90), s_now.AddHours(5), atOnce: false).Pending);
        Assert.Equal(20, RetentionRules.Change(waiting, Raw(20), s_now, atOnce: true).Days);
    }

    [Fact]
    public void A_limit_on_what_had_none_and_a_shorter_project_wait_too()
    {
        Assert.NotNull(RetentionRules.Change(Raw(90), Raw(90, 5_000_000), s_now, atOnce: false).Pending);
        Assert.NotNull(RetentionRules.Change(Raw(90), Raw(90, null, new ProjectRetention("/a", 30)), s_now, atOnce: false).Pending);
        Assert.Null(RetentionRules.Change(Raw(90), Raw(90, null, new ProjectRetention("/a", null)), s_now, atOnce: false).Pending);
        Assert.NotNull(RetentionRules.Change(Raw(90, null, new ProjectRetention("/a", null)), Raw(90), s_now, atOnce: false).Pending);
    }

    [Fact]
    public async Task A_new_instance_begins_with_the_defaults_and_waits_for_a_day_one_with_history_for_three()
    {
        await using var fresh = await CoreHost.StartAsync(new FakeTimeProvider(s_now));
        var policies = fresh.Services.GetRequiredService<RetentionPolicies>();
        var settings = await policies.GetAsync(Cancel);
        Assert.Equal([90, 30, 2, 30, null, null, null, 30, 7, 400, 400, null], settings.Policies.Select(p => p.Days));
        Assert.Equal(("30 3 * * *", "UTC", true, 0), (settings.Schedule.Cron, settings.Schedule.Timezone, settings.Archive, settings.Holds.Count));
        Assert.Equal(s_now.AddHours(24), await policies.GetNotBeforeAsync(Cancel));
        Assert.Null(await fresh.Services.GetRequiredService<RetentionRuns>().RunDueAsync(Cancel));

        await using var old = await CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End.AddDays(100)), (Fixture.Root, Fixture.Owner));
        Assert.Equal(Fixture.End.AddDays(103), await old.Services.GetRequiredService<RetentionPolicies>().GetNotBeforeAsync(Cancel));
        Assert.Null(await old.Services.GetRequiredService<RetentionRuns>().RunDueAsync(Cancel));
    }

    [Fact]
    public async Task The_schedule_deletes_what_is_due_whether_a_copy_is_promised_or_not()
    {
        var clock = new FakeTimeProvider(Fixture.End.AddDays(100));
        await using var core = await CoreHost.ImportAsync(clock, (Fixture.Root, Fixture.Owner));
        var (policies, runs) = (core.Services.GetRequiredService<RetentionPolicies>(), core.Services.GetRequiredService<RetentionRuns>());
        await policies.GetNotBeforeAsync(Cancel);
        clock.Advance(TimeSpan.FromDays(4));
        Assert.NotNull(await runs.RunDueAsync(Cancel));
        Assert.True((await policies.GetAsync(Cancel)).Archive);
        await policies.PutAsync((await policies.GetAsync(Cancel)) with { Archive = false }, atOnce: false, Cancel);
        Assert.NotNull(await runs.RunDueAsync(Cancel));
    }

    [Theory]
    [InlineData("none", 30, null, "30 3 * * *", "UTC")]
    [InlineData("raw", 0, null, "30 3 * * *", "UTC")]
    [InlineData("raw", -3, null, "30 3 * * *", "UTC")]
    [InlineData("raw", 30, 999_999L, "30 3 * * *", "UTC")]
    [InlineData("raw", 30, null, "every day", "UTC")]
    [InlineData("raw", 30, null, "30 3 * * *", "Mars/Olympus")]
    public void What_cannot_be_is_refused(string dataset, int? days, long? bytes, string cron, string zone) =>
        Assert.Throws<BadRetentionException>(() => RetentionRules.Check(new RetentionSettings(
            [new RetentionPolicy(dataset, days, bytes, [], null)], [], new RetentionSchedule(cron, zone), true)));
}
