using System.Text;
using Observatory.Core.Accounts;
using Xunit;

namespace Observatory.Tests.Unit.Accounts;

public sealed class TotpTests
{
    /// <summary>"12345678901234567890", the key of the standard's own examples.</summary>
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// <summary>RFC 6238, appendix B, the last six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt(Key, DateTimeOffset.FromUnixTimeSeconds(seconds)));

    [Fact]
    public void A_code_counts_once_and_for_half_a_minute_more_or_less()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var step = Totp.StepOf(Key, "005924", now, null);
        Assert.NotNull(step);
        Assert.Null(Totp.StepOf(Key, "005924", now, step));
        Assert.Equal(step, Totp.StepOf(Key, "005924", now.AddSeconds(30), null));
        Assert.Null(Totp.StepOf(Key, "005924", now.AddSeconds(90), null));
        foreach (var wrong in new[] { null, "", "5924", "005925", "00592a", "0059240" }) Assert.Null(Totp.StepOf(Key, wrong, now, null));
    }

    [Fact]
    public void A_new_key_is_told_as_apps_take_it()
    {
        var key = Totp.NewKey();
        Assert.Matches("^[A-Z2-7]{32}$", key);
        Assert.NotEqual(key, Totp.NewKey());
        Assert.StartsWith("otpauth://totp/Observatory:ann%40x.com?secret=" + key, Totp.UriOf(key, "ann@x.com"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_recovery_code_works_once()
    {
        var (codes, kept) = RecoveryCodes.New();
        Assert.Equal(RecoveryCodes.Count, codes.Distinct().Count());
        Assert.DoesNotContain(codes, c => kept.Contains(c, StringComparison.Ordinal));
        var left = RecoveryCodes.Use(kept, codes[3].ToUpperInvariant());
        Assert.Equal(RecoveryCodes.Count - 1, RecoveryCodes.Left(left));
        Assert.Null(RecoveryCodes.Use(left, codes[3]));
        Assert.NotNull(RecoveryCodes.Use(left, codes[4]));
        Assert.Null(RecoveryCodes.Use(kept, "aaaaa-bbbbb"));
        Assert.Equal(Encoding.UTF8.GetByteCount(kept), kept.Length);
    }
}
