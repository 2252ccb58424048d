using Xunit;

namespace Observatory.Tests.Faults;

public sealed class ReportKillTests
{
    [Theory]
    [InlineData(1, 40, 5, 15)]
    [InlineData(2, 20, 3, 5)]
    public async Task Whenever_a_server_is_killed_nobody_gets_a_mail_twice_and_every_one_is_accounted_for(int seed, int reports, int recipients, int kills)
    {
        var result = await ReportKillRig.RunAsync(seed, reports, recipients, kills, TestContext.Current.CancellationToken);
        Assert.True(result is { Wrong: null, Duplicates: 0, Lost: 0 }, result.ToString());
        Assert.True(result.Sent > 0, result.ToString());
    }
}
