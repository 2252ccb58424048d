using CsCheck;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Metrics;

public sealed class ProjectNamesTests
{
    [Fact]
    public void Tails_are_as_short_as_they_can_be()
    {
        var tails = ProjectNames.ShortestTails(["/home/ada/web", "/home/bob/web", "/srv/api", "/", "C:\\src\\tool", "/api/x", "api", "/home/ada/web/ui"]);
        Assert.Equal("ada/web", tails["/home/ada/web"]);
        Assert.Equal("bob/web", tails["/home/bob/web"]);
        Assert.Equal("srv/api", tails["/srv/api"]);
        Assert.Equal("/", tails["/"]);
        Assert.Equal("tool", tails["C:\\src\\tool"]);
        Assert.Equal("x", tails["/api/x"]);
        Assert.Equal("api", tails["api"]);
        Assert.Equal("ui", tails["/home/ada/web/ui"]);
    }

    [Fact]
    public void Tails_are_unique_and_end_their_path()
    {
        var path = Pick.From("a", "b", "c").Array[1, 4].Select(parts => "/" + string.Join('/', parts));
        path.Array[1, 12].Sample(paths =>
        {
            var tails = ProjectNames.ShortestTails(paths);
            Assert.Equal(tails.Count, tails.Values.Distinct().Count());
            foreach (var (whole, tail) in tails)
            {
                Assert.EndsWith(tail, whole, StringComparison.Ordinal);
                // One segment less would fit another path too, or there is no segment less.
                var shorter = tail.TrimStart('/').Split('/').Skip(1).ToArray();
                if (shorter.Length > 0 && !tail.StartsWith('/')) Assert.True(tails.Keys.Count(p =>
                    p.EndsWith("/" + string.Join('/', shorter), StringComparison.Ordinal)) > 1);
            }
        });
    }
}
