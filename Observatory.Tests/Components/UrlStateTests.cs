using Observatory.Core.Time;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class UrlStateTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 22, 30, 0, TimeSpan.Zero);

    private static UrlState Parse(string pathAndQuery, string? keptRange = null)
    {
        var reader = new ReaderState();
        reader.Learn(new BrowserFacts("Europe/Berlin", "en-GB", null, false, null, null, keptRange));
        return UrlState.Parse("http://localhost" + pathAndQuery, reader);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?range=7d&zone=Asia/Kathmandu")]
    [InlineData("/tools?from=2026-11-01&to=2026-11-05&compare=off&project=/home/a%20b/x%26y&model=claude-opus-4-8&sort=-cost&zone=Europe/Berlin")]
    [InlineData("/?from=2026-11-05T10:00&to=2026-11-05T14:00&zone=UTC")]
    public void What_is_written_is_read_again(string address)
    {
        var url = Parse(address);
        var again = Parse(url.Here);
        Assert.Equal(url.Here, again.Here);
        Assert.Equal(url.Resolve(s_now), again.Resolve(s_now));
        Assert.Empty(url.Notes);
    }

    [Fact]
    public void A_shared_link_names_the_zone_of_its_sender()
    {
        Assert.Equal("/", Parse("/").Here);
        Assert.Equal("/?range=30d&zone=Europe/Berlin", Parse("/").Shared);
    }

    [Theory]
    [InlineData("/?range=fortnight")]
    [InlineData("/?from=yesterday&to=2026-11-05")]
    [InlineData("/?from=2026-11-05&to=2026-11-01")]
    [InlineData("/?from=0001-01-01&to=9999-12-31")]
    [InlineData("/?zone=Mars/Olympus")]
    [InlineData("/?source=telepathy")]
    public void Bad_values_give_defaults_and_a_note(string address)
    {
        var url = Parse(address);
        Assert.NotEmpty(url.Notes);
        Assert.Equal(Parse("/").Resolve(s_now), url.Resolve(s_now));
        Assert.True(url.Filter.IsEmpty);
    }

    [Fact]
    public void Days_are_those_of_the_zone()
    {
        // 22:30 UTC is 23:30 in Berlin and 04:15 of the next day in Kathmandu.
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 23, 0, 0, TimeSpan.Zero), Parse("/?range=today").Resolve(s_now).StartTime);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 18, 15, 0, TimeSpan.Zero), Parse("/?range=today&zone=Asia/Kathmandu").Resolve(s_now).StartTime);
        Assert.Equal(30 * BucketClock.Day, Parse("/?zone=UTC").Resolve(s_now).Length);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), Parse("/?range=week&zone=UTC").Resolve(s_now).StartTime);
    }

    [Fact]
    public void The_api_address_answers_for_the_same_range()
    {
        var api = Parse("/?range=today&zone=UTC&project=/a/b").ToApi("/api/analytics/tools.csv", s_now);
        Assert.Equal("/api/analytics/tools.csv?start=2026-11-25T00:00:00Z&end=2026-11-26T00:00:00Z&timezone=UTC&project=/a/b", api);
    }

    [Fact]
    public void A_range_drawn_with_the_pointer_keeps_its_minutes()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var range = new TimeRange(new DateTimeOffset(2026, 11, 5, 9, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 5, 13, 0, 0, TimeSpan.Zero));
        Assert.Equal(range, RangeChoice.Absolute(range, zone).Resolve(zone, s_now));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("zone~|locale|~~~|theme~purple|nav")]
    [InlineData("theme~dark|dark~1|zone~Europe/Berlin|locale~de-DE")]
    public void A_strange_cookie_is_no_error(string? cookie)
    {
        var facts = BrowserFacts.Parse(cookie);
        Assert.True(facts.Theme is null or "dark");
        new ReaderState().Learn(facts with { Locale = facts.Locale ?? "xx-not-a-locale" });
    }

    [Fact]
    public void A_kept_range_stands_where_the_address_names_none()
    {
        var bare = Parse("/", "7d");
        Assert.Equal("7d", bare.Range.Name);
        Assert.Equal("/tools?range=7d&zone=Europe/Berlin", bare.Link("/tools"));
        var linked = Parse("/?range=30d&zone=UTC", "7d");
        Assert.Equal("30d", linked.Range.Name);
        // The usual range has to be named too, or the next page would show the kept one.
        Assert.Equal("/tools?range=30d&zone=UTC", linked.Link("/tools"));
        Assert.Equal(new DateTime(2026, 11, 1), Parse("/?from=2026-11-01&to=2026-11-02", "7d").Range.From);
    }

    [Theory]
    [InlineData("fortnight")]
    [InlineData("")]
    [InlineData(null)]
    public void A_kept_range_that_is_none_counts_for_nothing(string? kept) => Assert.Equal("/", Parse("/", kept).Here);

    [Fact]
    public void The_cookie_says_which_range_was_kept()
    {
        Assert.Equal("week", BrowserFacts.Parse("zone~UTC|range~week").ChosenRange);
        Assert.Null(BrowserFacts.Parse("zone~UTC").ChosenRange);
    }
}
