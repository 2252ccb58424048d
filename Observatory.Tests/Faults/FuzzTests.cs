using Observatory.Tests.Faults.Fuzzing;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Readers of foreign bytes refuse what they cannot read, and do nothing else. The long form: <c>bench fuzz --inputs 1000000</c>.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 10_000;
    private const int Seed = 1;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    public static TheoryData<string> Targets { get; } = [.. FuzzTarget.All().Select(t => t.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void AReaderReadsOrRefuses(string name)
    {
        var folder = Path.Combine(Path.GetTempPath(), "observatory-fuzz");
        var result = Fuzzer.Run(FuzzTarget.All().Single(t => t.Name == name), Inputs, Seed, folder, s_limit);
        output.WriteLine(result.ToString());
        Assert.Empty(result.Failures);
        Assert.InRange(result.Refused, 0, result.Inputs - 1);
    }
}
