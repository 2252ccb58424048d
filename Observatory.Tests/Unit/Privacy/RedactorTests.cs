using System.Diagnostics;
using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

public sealed class RedactorTests
{
    private static readonly TimeSpan s_little = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Redact_NothingToLookAt_IsGivenBack(string? text) => Assert.Equal(text, new Redactor().Redact(text));

    [Fact]
    public void Redact_RuleThatFails_DropsTheText() =>
        Assert.Null(new Redactor([new FailingRule()], TimeProvider.System, Redactor.DefaultBudget).Redact("text"));

    [Fact]
    public void Redact_BudgetSpent_DropsTheText() =>
        Assert.Null(new Redactor(SecretRules.All, TimeProvider.System, TimeSpan.FromTicks(-1)).Redact("text"));

    [Theory]
    [InlineData("password=")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("-----END PRIVATE KEY-----")]
    [InlineData("https://a:b")]
    [InlineData("a@")]
    [InlineData("eyJ")]
    [InlineData("a.b@c.d-")]
    [InlineData("curl ")]
    [InlineData("aws/aws")]
    [InlineData("token \\\\\\\"")]
    [InlineData("Cookie: a=b;")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA\n")]
    public void Redact_HostileRepetition_CostsLittle(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 16_000 / part.Length)) + "-----END PRIVATE KEY-----";
        var redactor = new Redactor();
        // The fastest of several: other programs on the machine may take the core away once, a rule that explodes is slow each time.
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 6 && fastest > s_little; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.NotNull(redactor.Redact(text));
            var took = Stopwatch.GetElapsedTime(start);
            if (took < fastest) fastest = took;
        }
        Assert.True(fastest < s_little, $"{fastest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public void Redact_AnyCharacters_NeverThrows()
    {
        var random = new Random(7);
        string[] parts = ["password", "=", ": ", "\"", "\\", "@", "://", "eyJ", "-----BEGIN PRIVATE KEY-----", "\n", "\uD83D", "\uDE00", "\0", "a1B2", "%40",
            ".", "Bearer ", "token", "'", "cookie: ", "sk-", "[redacted:", "]"];
        var redactor = new Redactor();
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => parts[random.Next(parts.Length)]));
            Assert.True(redactor.Redact(text) is not null, text);
        }
    }

    private sealed class FailingRule : ITextRule
    {
        public void Find(ReadOnlySpan<char> text, List<Finding> found, Deadline watch) => throw new InvalidOperationException("broken");
    }
}
