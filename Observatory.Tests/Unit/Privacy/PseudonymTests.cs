using Observatory.Core.Privacy.Crowds;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

public sealed class PseudonymTests
{
    private static readonly DateTimeOffset s_november = new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);

    [Fact]
    public void A_name_holds_for_a_month_of_utc_and_hangs_on_the_key()
    {
        var names = new Pseudonyms(() => [.. Enumerable.Repeat((byte)7, 32)]);
        var name = names.Of("ann@example.com", s_november);
        Assert.Matches("^Person [0-9A-Z]{4}$", name);
        Assert.True(Pseudonyms.IsOne(name));
        Assert.Equal(name, names.Of("ann@example.com", s_november.AddDays(-29)));
        Assert.NotEqual(name, names.Of("ann@example.com", s_november.AddSeconds(1)));
        // Half past one in Berlin is still November.
        Assert.Equal(name, names.Of("ann@example.com", new DateTimeOffset(2026, 12, 1, 0, 30, 0, TimeSpan.FromHours(1))));
        Assert.NotEqual(name, new Pseudonyms(() => [.. Enumerable.Repeat((byte)8, 32)]).Of("ann@example.com", s_november));
    }

    [Fact]
    public void The_key_is_made_once_and_read_by_nobody_else()
    {
        using var temp = new TempFolder();
        var path = temp.File("pseudonyms.key");
        var key = PseudonymKey.ReadOrMake(path);
        Assert.Equal(32, key.Length);
        Assert.Equal(key, PseudonymKey.ReadOrMake(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("/home/ann/src/app", "~/src/app", "app")]
    [InlineData("/Users/ann/app", "~/app", "app")]
    [InlineData("C:/Users/ann/code/app", "~/code/app", "app")]
    [InlineData(@"C:\Users\ann\app", @"~\app", "app")]
    [InlineData("/root/app", "~/app", "app")]
    [InlineData("/home/ann", "~", "~")]
    [InlineData("/srv/app", "/srv/app", "app")]
    [InlineData("/home", "/home", "home")]
    [InlineData("/rooted/app", "/rooted/app", "app")]
    public void Home_folders_are_told_without_their_owner(string path, string shown, string name) =>
        Assert.Equal((shown, name), (HomeFolders.Hide(path), HomeFolders.NameOf(HomeFolders.Hide(path))));
}
