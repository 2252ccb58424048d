using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Databases of earlier versions, as those versions wrote them (Fixtures/databases).</summary>
[Collection(FaultsCollection.Kills)]
public sealed class UpgradeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ADatabaseOfTheFirstVersionKeepsItsFiguresAndKnowsItsTranscriptsAgain()
    {
        using var temp = new TempFolder();
        var data = temp.Folder("data");
        UpgradeKillRig.Unpack(data);
        // The same transcripts, from another folder: every line is read again, and none counts again.
        await using (var app = await AppProcess.StartAsync(data, Fixture.Root, ("Observatory__Transcripts__Owners__0", Fixture.Owner)))
        {
            Assert.Empty(await UpgradeKillRig.FiguresAsync(app));
            await app.WaitIdleAsync();
            Assert.Empty(await UpgradeKillRig.FiguresAsync(app));
            await app.StopAsync();
        }
        using var connection = StoreAudit.Open(Path.Combine(data, "observatory.db"));
        Assert.Empty(StoreAudit.Integrity(connection));
        Assert.Empty(StoreAudit.Sums(connection));
        Assert.Single(Directory.GetFiles(data, "*.before-upgrade-*"));
    }

    [Fact]
    public async Task AnUpgradeThatIsKilledIsFinishedByTheNextStart()
    {
        var result = await UpgradeKillRig.RunAsync(5, 70);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Problems);
    }
}
