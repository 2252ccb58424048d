using System.Text.Json;
using Observatory.Core.Accounts;
using Xunit;

namespace Observatory.Tests.Unit.Accounts;

public sealed class ProviderRolesTests
{
    private static readonly IReadOnlyDictionary<string, UserRole> s_map =
        ProviderRoles.ReadMap([new("makers", "editor"), new("owners", "Admin")])!;

    [Theory]
    [InlineData("{}", "roles", null)]
    [InlineData("""{"roles":"owners"}""", "roles", null)]
    [InlineData("""{"roles":null}""", "roles", null)]
    [InlineData("""{"roles":["owners"]}""", "groups", null)]
    [InlineData("""["owners"]""", "roles", null)]
    [InlineData("""{"roles":[]}""", "roles", UserRole.Viewer)]
    [InlineData("""{"roles":["makers"]}""", "roles", UserRole.Editor)]
    [InlineData("""{"roles":["Makers", 7, null]}""", "roles", UserRole.Viewer)]
    [InlineData("""{"roles":["strangers","owners","makers"]}""", "roles", UserRole.Admin)]
    [InlineData("""{"access":{"app":["owners"]}}""", "access.app", UserRole.Admin)]
    [InlineData("""{"access.app":["makers"],"access":{"app":["owners"]}}""", "access.app", UserRole.Editor)]
    [InlineData("""{"access":"app"}""", "access.app", null)]
    public void The_highest_that_the_list_gives_counts_and_without_a_list_nothing(string claims, string claim, UserRole? role)
    {
        using var json = JsonDocument.Parse(claims);
        Assert.Equal(role, ProviderRoles.Of(json.RootElement, claim, s_map));
    }

    [Fact]
    public void A_word_that_is_no_role_makes_no_map() => Assert.Null(ProviderRoles.ReadMap([new("makers", "3")]));
}
