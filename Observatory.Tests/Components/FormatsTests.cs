using System.Globalization;
using Observatory.Core.Presentation;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class FormatsTests
{
    private static readonly Formats s_english = new(CultureInfo.GetCultureInfo("en-GB"));
    private static readonly Formats s_german = new(CultureInfo.GetCultureInfo("de-DE"));

    [Theory]
    [InlineData(0d, "0")]
    [InlineData(1_234d, "1,234")]
    [InlineData(9_999d, "9,999")]
    [InlineData(12_345d, "12.3_k")]
    [InlineData(99_990d, "100.0_k")]
    [InlineData(999_960d, "1.00_M")]
    [InlineData(4_560_000d, "4.56_M")]
    [InlineData(1_201_253_378d, "1.20_B")]
    [InlineData(null, "—")]
    [InlineData(double.NaN, "—")]
    public void Numbers_are_short_and_none_is_a_dash(double? value, string expected) => Assert.Equal(expected.Replace('_', '\u202F'), s_english.Number(value));

    [Theory]
    [InlineData("0", "$0")]
    [InlineData("0.0001", "<$0.001")]
    [InlineData("0.042", "$0.042")]
    [InlineData("0.0996", "$0.10")]
    [InlineData("12.34", "$12.34")]
    [InlineData("999.999", "$1,000")]
    [InlineData("1391.78", "$1,392")]
    [InlineData("-2.5", "\u2212$2.50")]
    public void Money_keeps_what_matters(string usd, string expected) =>
        Assert.Equal(expected, s_english.Money(decimal.Parse(usd, CultureInfo.InvariantCulture)));

    [Fact]
    public void Unknown_money_is_not_zero() => Assert.Equal("—", s_english.Money(null));

    [Theory]
    [InlineData(0.84, "840_ms")]
    [InlineData(0.9996, "1.0_s")]
    [InlineData(4.2, "4.2_s")]
    [InlineData(48.2, "48_s")]
    [InlineData(59.7, "1_min")]
    [InlineData(190d, "3_min 10_s")]
    [InlineData(3_599.9, "1_h")]
    [InlineData(7_500d, "2_h 5_min")]
    [InlineData(273_600d, "3_d 4_h")]
    public void Durations_use_two_units_at_most(double seconds, string expected) => Assert.Equal(expected.Replace('_', '\u202F'), s_english.Duration(seconds));

    [Fact]
    public void The_reader_s_locale_decides_marks()
    {
        Assert.Equal("12,3\u202Fk", s_german.Number(12_345));
        Assert.Equal("99,95\u202F%", s_german.Percent(99.95, 2));
        Assert.Equal("+9,1\u202F%", s_german.SignedPercent(9.1));
    }

    [Theory]
    [InlineData(110d, 100d, "+10.0_%", 1, "bad")]
    [InlineData(90d, 100d, "−10.0_%", -1, "good")]
    [InlineData(100d, 100d, "0_%", 0, null)]
    public void A_change_says_its_sign_and_tints_only_what_is_good_or_bad(double now, double before, string text, int direction, string? tint)
    {
        var change = Change.Between(now, before, ChangeKind.Relative, lessIsBetter: true, s_english);
        Assert.Equal((text.Replace('_', '\u202F'), direction, tint), (change.Text, change.Direction, change.Tint));
        Assert.Null(Change.Between(now, before, ChangeKind.Relative, null, s_english).Tint);
    }

    [Fact]
    public void A_date_written_from_the_right_keeps_its_order_in_an_english_sentence()
    {
        var (first, last) = (new DateOnly(2026, 11, 9), new DateOnly(2026, 11, 22));
        Assert.Matches("^\u2068[^\u2068\u2069]+\u2069 – \u2068[^\u2068\u2069]+\u2069$", new Formats(CultureInfo.GetCultureInfo("ar-EG"))
            .Dates(first, last, last));
        Assert.Equal("9 Nov – 22 Nov", s_english.Dates(first, last, last));
    }

    [Fact]
    public void From_nothing_is_new_and_unknown_is_a_dash()
    {
        Assert.True(Change.Between(5, 0, ChangeKind.Relative, null, s_english).IsNew);
        Assert.Equal("—", Change.Between(5, null, ChangeKind.Relative, null, s_english).Text);
    }

    [Fact]
    public void Almost_nothing_below_zero_is_zero_without_a_sign()
    {
        Assert.Equal("0", s_english.Number(-0.4));
        Assert.DoesNotContain('\u2212', s_english.WithSign(-0.4));
        Assert.Equal("1.00\u202FM", s_english.Number(999_950));
        Assert.Equal("999.9\u202Fk", s_english.Number(999_949));
    }

    [Fact]
    public void A_short_line_says_yesterday_without_its_time()
    {
        var now = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal("Yesterday", s_english.RecentDay(now.AddDays(-1), TimeZoneInfo.Utc, now));
        Assert.StartsWith("Today ", s_english.RecentDay(now.AddHours(-1), TimeZoneInfo.Utc, now), StringComparison.Ordinal);
    }
}
