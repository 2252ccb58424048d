using Observatory.Core.Ingestion;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion;

public sealed class ProjectPathTests
{
    [Theory]
    [InlineData("/w/app", "/w/app")]
    [InlineData("/w/app/", "/w/app")]
    [InlineData("/w//app///", "/w/app")]
    [InlineData("/", "/")]
    [InlineData("//", "/")]
    [InlineData(@"/w/app\", @"/w/app\")]
    [InlineData(@"W:\app", @"W:\app")]
    [InlineData(@"w:\app", @"W:\app")]
    [InlineData("w:/app/", @"W:\app")]
    [InlineData(@"W:\\app\sub/", @"W:\app\sub")]
    [InlineData(@"\\?\w:\app", @"W:\app")]
    [InlineData("c:", @"C:\")]
    [InlineData("C:/", @"C:\")]
    [InlineData(@"\\server\share\app\", @"\\server\share\app")]
    [InlineData("/w/cafe\u0301", "/w/caf\u00E9")]
    [InlineData("shop/", "shop")]
    [InlineData("https://git.example.com/shop/", "https://git.example.com/shop")]
    [InlineData("w:shop", "w:shop")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void A_folder_has_one_spelling(string? path, string? spelled)
    {
        Assert.Equal(spelled, ProjectPath.Normalise(path));
        Assert.Equal(spelled, ProjectPath.Normalise(spelled));
    }

    [Fact]
    public void What_is_spelled_so_already_stays_the_same_object()
    {
        foreach (var path in new[] { "/w/app", @"W:\app", "shop" }) Assert.Same(path, ProjectPath.Normalise(path));
        // Half a surrogate pair has no composed form.
        Assert.Equal("/w/\uD800", ProjectPath.Normalise("/w/\uD800/"));
    }

    [Theory]
    [InlineData("/w/shop/.claude/worktrees/fix-1", "/w/shop", "fix-1")]
    [InlineData("/w/shop/.claude/worktrees/fix-1/packages/ui", "/w/shop", "fix-1")]
    [InlineData("/w/shop/.claude/worktrees/a/.claude/worktrees/b", "/w/shop", "a")]
    [InlineData(@"W:\shop\.claude\worktrees\fix-1\src", @"W:\shop", "fix-1")]
    [InlineData(@"W:\.claude\worktrees\x", @"W:\", "x")]
    [InlineData("/w/shop/.claude/worktrees", "/w/shop/.claude/worktrees", null)]
    [InlineData("/w/shop", "/w/shop", null)]
    public void A_worktree_of_the_clients_making_belongs_to_its_repository(string folder, string repository, string? worktree)
    {
        Assert.Equal(repository, ProjectPath.Repository(folder));
        Assert.Equal(worktree, ProjectPath.Worktree(folder));
    }

    [Theory]
    [InlineData("/w/shop/ui", "/w/shop", true)]
    [InlineData("/w/shop", "/w/shop", true)]
    [InlineData("/w/shop-2", "/w/shop", false)]
    [InlineData("/w", "/w/shop", false)]
    [InlineData("/w", "/", true)]
    [InlineData(@"W:\a\b", @"W:\a", true)]
    [InlineData(@"W:\a", @"W:\", true)]
    [InlineData(@"W:\ab", @"W:\a", false)]
    public void Below_means_whole_names(string folder, string other, bool isWithin) => Assert.Equal(isWithin, ProjectPath.IsWithin(folder, other));
}
