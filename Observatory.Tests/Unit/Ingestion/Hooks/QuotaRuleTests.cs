using System.Text;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Hooks;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Hooks;

/// <summary>Several sessions of one account redraw their status lines: what is kept is what the account has used.</summary>
public sealed class QuotaRuleTests
{
    private const long Now = 1_795_000_000_000;
    private const long Reset = 1_795_010_000;

    private readonly StatuslineReader _reader = new(new StatuslineBoard());

    /// <summary>"percent@resets" of the point that a line gives, "" where it gives none.</summary>
    private string Say(string used, string resets, long now = Now, string window = "five_hour", string? user = "ann", bool mark = false)
    {
        var body = (mark ? "\uFEFF" : "") + $$"""{"session_id":"s","rate_limits":{"{{window}}":{"used_percentage":{{used}},"resets_at":{{resets}}} } }""";
        Assert.True(_reader.TryRead(Encoding.UTF8.GetBytes(body), user, now, out EventBatch batch));
        return string.Join('@', batch.Points.Select(p => FormattableString.Invariant($"{p.Value}")));
    }

    [Fact]
    public void Within_a_window_the_highest_holds_and_what_is_not_new_is_not_written()
    {
        Assert.Equal($"58@{Reset}", Say("58", $"{Reset}"));
        Assert.Equal("", Say("54", $"{Reset}", Now + 1));
        Assert.Equal("", Say("58", $"{Reset}", Now + 3_600_000));
        Assert.Equal("", Say("54", $"{Reset + 20}", Now + 2));
        Assert.Equal($"58.5@{Reset}", Say("58.5", $"{Reset}", Now + 3));
    }

    [Fact]
    public void An_older_window_never_replaces_a_newer_one()
    {
        Say("3", $"{Reset}");
        Assert.Equal("", Say("97", $"{Reset - 18_000}", Now + 1));
        Assert.Equal($"1@{Reset + 18_000}", Say("1", $"{Reset + 18_000}", Now + 2));
        Assert.Equal("", Say("60", $"{Reset}", Now + 3));
    }

    [Fact]
    public void Milliseconds_times_and_nothing_are_resets_too()
    {
        Assert.Equal($"10@{Reset}", Say("10", $"{Reset}000"));
        Assert.Equal($"11@{Reset}", Say("11", $"\"{DateTimeOffset.FromUnixTimeSeconds(Reset):yyyy-MM-ddTHH:mm:ssZ}\""));
        // Without one it is of the window that runs.
        Assert.Equal("", Say("9", "null"));
        Assert.Equal($"12@{Reset}", Say("12", "null"));
        Assert.Equal("2", Say("2", "null", (Reset + 1) * 1_000));
    }

    [Fact]
    public void A_window_that_never_says_its_end_is_known_and_holds_no_longer_than_its_length()
    {
        Assert.Equal("40", Say("40", "null"));
        Assert.Equal("", Say("30", "null", Now + 4 * 3_600_000));
        Assert.Equal("30", Say("30", "null", Now + 5 * 3_600_000));
        Assert.Equal($"30@{Reset + 18_000}", Say("25", $"{Reset + 18_000}", Now + 5 * 3_600_000 + 1));
    }

    [Fact]
    public void Users_and_windows_are_told_apart_and_a_mark_before_the_text_is_none()
    {
        Assert.Equal($"58@{Reset}", Say("58", $"{Reset}", mark: true));
        Assert.Equal($"7@{Reset}", Say("7", $"{Reset}", user: "ben"));
        Assert.Equal($"4@{Reset}", Say("4", $"{Reset}", window: "seven_day"));
    }
}
