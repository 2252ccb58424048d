using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>kill -9 under load: what was acknowledged is there once. The long form: <c>bench faults --cycles 1000</c>.</summary>
[Collection(FaultsCollection.Kills)]
public sealed class IngestKillTests(ITestOutputHelper output)
{
    private const int Cycles = 12;
    private const int Seed = 20261126;

    [Fact]
    public async Task KilledUnderLoadWhatWasAcknowledgedIsThereExactlyOnce()
    {
        var result = await IngestKillRig.RunAsync(Cycles, Seed, TextWriter.Null);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Problems);
        Assert.True(result.Acknowledged > Cycles, result.ToString());
    }
}
