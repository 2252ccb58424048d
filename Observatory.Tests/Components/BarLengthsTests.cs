using System.Globalization;
using Observatory.Core.Charts;
using Observatory.Core.Presentation;
using Observatory.Core.Time;
using Observatory.Web.Components.Charts;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class BarLengthsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static UrlState Parse(string address) => UrlState.Parse("http://localhost" + address, new ReaderState());

    [Theory]
    [InlineData("/?range=today", Interval.Hour)]
    [InlineData("/?range=90d", Interval.Day)]
    [InlineData("/?from=2026-01-01&to=2026-11-25", Interval.Week)]
    [InlineData("/?from=2021-01-01&to=2026-11-25", Interval.Month)]
    [InlineData("/?from=2026-01-01&to=2026-11-25&interval=1d", Interval.Day)]
    [InlineData("/?from=2026-01-01&to=2026-11-25&interval=1M", Interval.Month)]
    [InlineData("/?range=30d&interval=1w", Interval.Week)]
    [InlineData("/?range=30d&interval=2w", Interval.Day)]
    // Too many bars for any window, and a day that has no weeks.
    [InlineData("/?from=2020-01-01&to=2026-11-25&interval=1d", Interval.Month)]
    [InlineData("/?range=today&interval=1w", Interval.Hour)]
    public void Bars_suit_the_range_unless_a_length_was_chosen_that_can_be_drawn(string address, Interval expected) =>
        Assert.Equal(expected, Parse(address).ToQuery(s_now).EffectiveInterval);

    [Fact]
    public void A_chosen_length_stays_in_the_address_from_page_to_page()
    {
        Assert.Equal("/tools?range=90d&interval=1w&zone=UTC", Parse("/?range=90d&zone=UTC&interval=1w").Link("/tools"));
        Assert.DoesNotContain("interval", (Parse("/?range=90d&interval=1w") with { Interval = null }).Here, StringComparison.Ordinal);
    }

    [Fact]
    public void Weeks_are_named_by_their_days_and_months_by_their_name()
    {
        var format = new Formats(CultureInfo.GetCultureInfo("en-GB"));
        ChartPointMetadata Bucket(int days) => new(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddDays(days).ToUnixTimeMilliseconds(), 0, false);
        Assert.Equal("9 Nov – 15 Nov", ChartText.Title(Bucket(8), format, TimeZoneInfo.Utc, s_now, "1w"));
        Assert.Equal("November 2026", ChartText.Title(Bucket(0), format, TimeZoneInfo.Utc, s_now, "1M"));
    }
}
