using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Observatory.Web.Components.Shared;
using Observatory.Web.Filters;
using Xunit;

namespace Observatory.Tests.Unit.Filters;

public sealed class StoredFiltersTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private string Folder => Path.Combine(_temp.Path, "filters");

    private StoredFilters Store(int files = 100, long bytes = 1 << 20) => new(new FilterFiles(Folder, _clock, NullLogger<FilterFiles>.Instance, files, bytes));

    private static MetricsFilter Projects(params string[] projects) => new([], projects, [], []);

    private static MetricsFilter Long(int n) =>
        Projects([.. Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"/проекты/очень-длинное-имя-{n}-{i}"))]);

    private static UrlState Parse(string address, StoredFilters? store) => UrlState.Parse("http://localhost" + address, new ReaderState(store));

    [Fact]
    public void An_id_means_the_same_after_a_restart()
    {
        var first = Store();
        var id = first.Offer(Long(1));
        Assert.False(Directory.Exists(Folder));
        first.Keep(Long(1));
        Assert.True(Store().Find(id, out var found));
        Assert.Equal(Long(1).Projects, found.Projects);
        Assert.Equal(id, Store().Offer(Long(1)));
        Assert.NotEqual(id, Store().Offer(Long(2)));
    }

    [Fact]
    public void What_is_only_offered_is_kept_once_it_is_used()
    {
        var store = Store();
        var id = store.Offer(Long(1));
        Assert.False(Store().Find(id, out _));
        Assert.True(store.Find(id, out _));
        Assert.True(Store().Find(id, out _));
    }

    [Fact]
    public void Offers_and_files_are_bounded_and_the_oldest_go_first()
    {
        var store = Store(files: 3);
        var ids = new List<string>();
        for (var n = 0; n < 5; n++)
        {
            ids.Add(store.Offer(Long(n)));
            store.Keep(Long(n));
            _clock.Advance(TimeSpan.FromDays(2));
            // The first is used all the time.
            Assert.True(store.Find(ids[0], out _));
        }
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
        var again = Store(files: 3);
        Assert.Equal([true, false, false, true, true], ids.Select(id => again.Find(id, out _)));

        var many = Store();
        var early = many.Offer(Long(0));
        for (var n = 1; n <= 4_100; n++) many.Offer(Projects(n.ToString(CultureInfo.InvariantCulture)));
        Directory.Delete(Folder, true);
        Assert.False(many.Find(early, out _));
    }

    [Fact]
    public void Files_are_bounded_in_size_too()
    {
        var store = Store(bytes: 50_000);
        for (var n = 0; n < 30; n++) store.Keep(Long(n));
        Assert.InRange(Directory.GetFiles(Folder).Sum(f => new FileInfo(f).Length), 1, 50_000);
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.GetFiles(Folder)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_id_finds_nothing(string id) => Assert.False(Store().Find(id, out _));

    [Fact]
    public void A_file_that_was_changed_or_is_broken_is_no_filter()
    {
        var store = Store();
        var id = store.Offer(Long(1));
        store.Keep(Long(1));
        foreach (var text in new[] { "[[],[\"/other\"],[],[]]", "{", "[[],[],[]]", "[null,[],[],[]]", "[[],[null],[],[]]" })
        {
            File.WriteAllText(Path.Combine(Folder, id + ".json"), text);
            Assert.False(Store().Find(id, out _));
        }
    }

    [Fact]
    public void Addresses_of_pages_and_of_the_api_stay_short_and_say_the_same()
    {
        var store = Store();
        var now = _clock.GetUtcNow();
        var url = Parse("/tools?zone=UTC", store) with { Filter = Long(1) };
        string[] addresses = [url.Here, url.Shared, url.Link("/models"), url.ToApi("/api/analytics/tools.csv", now), url.WithFilter("model", "m", true).Here];
        foreach (var address in addresses) Assert.InRange(address.Length, 1, 300);
        Assert.Equal(Long(1).Projects, Parse(url.Here, store).Filter.Projects);
        // It was opened, so it is there after a restart.
        Assert.Equal(Long(1).Projects, Parse(url.Here, Store()).Filter.Projects);
        // What else the address names is added.
        var more = Parse(url.Here + "&model=m&project=/x", Store()).Filter;
        Assert.Equal((41, "m"), (more.Projects.Count, more.Models.Single()));
        Assert.Equal("/tools?project=/short&zone=UTC", (Parse("/tools?zone=UTC", store) with { Filter = Projects("/short") }).Here);
    }

    [Fact]
    public void An_id_that_is_not_known_any_more_leaves_a_note()
    {
        var url = Parse("/tools?filters=AAAAAAAAAAAAAAAAAAAAAA&model=m", Store());
        Assert.NotEmpty(url.Notes);
        Assert.Equal(["m"], url.Filter.Models);
        Assert.NotEmpty(Parse("/?filters=x", null).Notes);
    }

    [Fact]
    public void Too_many_values_leave_a_note_instead_of_going_silently()
    {
        var address = "/?" + string.Join('&', Enumerable.Range(0, 201).Select(n => $"user={n}"));
        var url = Parse(address, Store());
        Assert.Equal(200, url.Filter.Users.Count);
        Assert.NotEmpty(url.Notes);
    }

    public void Dispose() => _temp.Dispose();
}
