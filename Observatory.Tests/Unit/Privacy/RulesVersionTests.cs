using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Observatory.Core;
using Observatory.Core.Privacy;
using Observatory.Core.Storage.Rework;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>Rules that find something else are another version: what was stored by the one before is worked over then.</summary>
public sealed class RulesVersionTests
{
    /// <summary>By version, over what the rules leave of the fixtures.</summary>
    private static readonly Dictionary<int, string> s_sums = new() { [1] = "0B8D1F0A3E49B821" };

    [Fact]
    public void Another_outcome_is_another_version()
    {
        var redactor = new Redactor(SecretRules.All, TimeProvider.System, TimeSpan.FromSeconds(60));
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in (string[])["kinds.jsonl", "passwords.jsonl", "harmless.jsonl"])
        {
            foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "secrets", file)))
                sum.AppendData(Encoding.UTF8.GetBytes(redactor.Redact(JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!) + "\n"));
        }
        var found = Convert.ToHexString(sum.GetHashAndReset())[..16];
        Assert.True(
            s_sums.TryGetValue(SecretRules.Version, out var known) && known == found,
            $"The rules find something else than version {SecretRules.Version} does: raise SecretRules.Version, and put {found} here for it.");
    }

    [Theory]
    [InlineData(ContentMode.Full, ContentMode.Full, true)]
    [InlineData(ContentMode.Full, ContentMode.Redacted, false)]
    [InlineData(ContentMode.Full, ContentMode.Counts, false)]
    [InlineData(ContentMode.Redacted, ContentMode.Full, true)]
    [InlineData(ContentMode.Redacted, ContentMode.Redacted, true)]
    [InlineData(ContentMode.Redacted, ContentMode.Counts, false)]
    [InlineData(ContentMode.Counts, ContentMode.Redacted, true)]
    [InlineData(ContentMode.Counts, ContentMode.Counts, true)]
    public void What_is_stored_under_one_setting_satisfies_laxer_ones(ContentMode stored, ContentMode wanted, bool satisfies)
    {
        var mark = ReworkMark.Of(stored);
        Assert.Equal(satisfies, mark.Satisfies(ReworkMark.Of(wanted)));
        Assert.Equal(mark, ReworkMark.From(mark.ToNumber()));
        // Older rules satisfy nothing that is redacted; and what both are stored under is the laxer of the two.
        if (wanted != ContentMode.Full) Assert.False((mark with { Rules = 0 }).Satisfies(ReworkMark.Of(wanted)));
        Assert.Equal(mark.With(ReworkMark.Of(wanted)), ReworkMark.Of(wanted).With(mark));
        Assert.True(mark.Satisfies(mark.With(ReworkMark.Of(wanted))));
    }

    [Fact]
    public void A_mark_is_one_number_and_none_is_the_laxest()
    {
        Assert.Equal(new ReworkMark(ContentMode.Full, 0, 0), ReworkMark.From(0));
        foreach (var mark in (ReworkMark[])[new(ContentMode.Counts, 255, ReworkMark.MostRuns), new(ContentMode.Redacted, 7, 1),
            new(ContentMode.Full, 0, 12_345)])
        {
            Assert.Equal(mark, ReworkMark.From(mark.ToNumber()));
            Assert.True(mark.ToNumber() > 0);
        }
    }
}
