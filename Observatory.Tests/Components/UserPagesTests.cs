using Bunit;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Pages.Users;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class UserPagesTests : ListPageContext
{
    private const string Odd = "team/ann@x.org?#";

    private void Fill()
    {
        var hours = Enumerable.Range(0, 24).ToDictionary(h => h.ToString("00", System.Globalization.CultureInfo.InvariantCulture), h => h == 14 ? 40L : 0L);
        Lists.Users = [new UserFigures { UserId = Odd, ConversationCount = 3, TotalMessages = 40, TotalTokensUsed = 900, TotalCost = 9m,
            AverageSessionDuration = 4_000, MostActiveTimeOfDay = "14:00", ActivityPattern = hours }];
        Lists.Total = Figures(900, 9m);
    }

    [Fact]
    public void Loading_ShowsRows()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        Assert.NotEmpty(Open<UsersPage>("/users").FindAll("[aria-busy=true]"));
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        Lists.Failure = new InvalidOperationException();
        var page = Open<UsersPage>("/users");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void Empty_SaysWhatToDo()
    {
        Lists.Choices = new FilterChoices(["ann"], [], [], []);
        var page = Open<UsersPage>("/users");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("tr.none")));
    }

    [Fact]
    public void Full_LinksToTheUser()
    {
        Fill();
        var page = Open<UsersPage>("/users");
        page.WaitForAssertion(() => Assert.Equal("/users/team/ann%40x.org%3F%23", page.Find("a.open").GetAttribute("href")));
        Assert.Contains("1\u202Fh 7\u202Fmin", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void User_HasTheirOwnFigures()
    {
        Fill();
        var page = Render<UserPage>(p => p.Add(x => x.Id, Odd));
        page.WaitForAssertion(() => Assert.Equal(6, page.FindAll("a.kpi").Count));
        // The rank is among all; every other figure is the user's own.
        Assert.Single(Lists.Queries, q => q.Filter.Users.Count == 0);
        Assert.All(Lists.Queries.Where(q => q.Filter.Users.Count > 0), q => Assert.Equal([Odd], q.Filter.Users));
        Assert.NotEmpty(page.FindAll(".person .chip"));
    }

    [Fact]
    public void NoSuchUser_LeadsBack()
    {
        var page = Render<UserPage>(p => p.Add(x => x.Id, "nobody"));
        page.WaitForAssertion(() => Assert.Contains("Nobody has this id", page.Find(".state").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Hour_IsWrittenAsTheReaderDoes() => Assert.Equal("14:00",
        UsersModel.Hour("14:00", new Formats(System.Globalization.CultureInfo.GetCultureInfo("en-GB"))));
}
