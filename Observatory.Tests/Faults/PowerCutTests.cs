using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Power cuts, simulated: what was acknowledged is there. The long form: <c>bench faults --cuts 1000</c>.</summary>
[Collection(FaultsCollection.Kills)]
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Seed = 26;

    /// <summary>Enough for one checkpoint and more.</summary>
    private const int Megabytes = 24;

    [Fact]
    public async Task APowerCutAtAnyMomentLosesNothingThatWasAcknowledged()
    {
        Tools.Need("gcc");
        var result = await PowerCutRig.RunAsync(30, Seed, lying: false, Megabytes, starts: 1, TextWriter.Null);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Problems);
        Assert.True(result is { Checkpoints: > 0, InCheckpoints: > 0 }, result.ToString());
    }

    /// <summary>The same rig finds losses where there are some: without syncs.</summary>
    [Fact]
    public async Task WithoutSyncsTheSameCutsLoseWhatWasAcknowledged()
    {
        Tools.Need("gcc");
        var result = await PowerCutRig.RunAsync(10, Seed, lying: true, 4, starts: 0, TextWriter.Null);
        output.WriteLine(result.ToString());
        Assert.True(result.Damaged + result.Losing > 0, result.ToString());
    }
}
