using Bunit;
using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Pages.Projects;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class ProjectPagesTests : ListPageContext
{
    private void Fill()
    {
        Lists.Projects =
        [
            new ProjectRow { Project = "beta", Path = "/src/beta", Figures = Figures(900, 9m), PreviousCost = 4.5m, LastActivity = Support.FakeLists.Now },
            new ProjectRow { Project = "<i>alpha</i>", Path = "/src/<i>alpha</i>", Figures = Figures(100, 1m), IsNew = true, Color = 1 },
            new ProjectRow { Figures = Figures(10, null, 10), Color = 2 },
        ];
        Lists.Total = Figures(1_010, 10m, 10);
        Lists.Choices = new FilterChoices([], [("/src/beta", "beta")], [], []);
    }

    [Fact]
    public void Loading_KeepsTheSizeOfTheTable()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        var page = Open<ProjectsPage>("/projects");
        Assert.NotEmpty(page.FindAll("[aria-busy=true]"));
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public async Task Failure_ShowsIdAndRetryThatWorks()
    {
        Lists.Failure = new InvalidOperationException("disk");
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.Contains("Id for the log", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("disk", page.Markup, StringComparison.Ordinal);
        Fill();
        Lists.Failure = null;
        await page.InvokeAsync(() => page.Find("[role=alert] .acts button").Click());
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("table tbody tr").Count));
    }

    [Fact]
    public void NothingAtAll_SaysWhereItLooked()
    {
        FoundNothing();
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.Contains("No transcripts found in /home/ann/.claude/projects", page.Find(".state").TextContent,
            StringComparison.Ordinal));
        Assert.Equal("/get-started", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public void EmptyRange_SaysWhatToDo()
    {
        Lists.Choices = new FilterChoices(["ann"], [], [], []);
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.Contains("No project was worked on in this range.", page.Find("tr.none").TextContent, StringComparison.Ordinal));
        Assert.Equal(("Last 90 days", "/projects?range=90d&zone=UTC"), Action(page));
    }

    [Fact]
    public void EmptyThroughAFilter_OffersToRemoveIt()
    {
        Lists.Choices = new FilterChoices(["ann"], [], [], []);
        var page = Open<ProjectsPage>("/projects?user=bob");
        page.WaitForAssertion(() => Assert.Equal(("Remove the filters", "/projects"), Action(page)));
    }

    [Fact]
    public void LongList_IsSearchedByNameAndSaysHowManyItFound()
    {
        Lists.Projects = [.. Enumerable.Range(0, 12).Select(i => Project($"/w/Shop-{i}")), Project("/w/other")];
        var page = Open<ProjectsPage>("/projects?q=shop-1");
        page.WaitForAssertion(() => Assert.Equal(["Shop-1", "Shop-10", "Shop-11"], FirstColumn(page).Order()));
        Assert.Equal("3 of 13", page.Find(".list-head [role=status]").TextContent);
        Assert.Contains("13 projects", page.Markup, StringComparison.Ordinal);
        page = Open<ProjectsPage>("/projects?q=nowhere");
        page.WaitForAssertion(() => Assert.Equal(("Clear the search", "/projects"), Action(page)));
    }

    [Fact]
    public void ShortList_HasNoSearch()
    {
        Fill();
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("table tbody tr")));
        Assert.Empty(page.FindAll("input[type=search]"));
    }

    /// <summary>The column that a table is sorted by stays, however narrow it is.</summary>
    [Fact]
    public void Columns_GoByWidthButNotTheOneThatSorts()
    {
        Fill();
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("td.w2")));
        var before = page.FindAll("td.w2").Count;
        page = Open<ProjectsPage>("/projects?sort=-failed");
        page.WaitForAssertion(() => Assert.Equal(before / 2, page.FindAll("td.w2").Count));
        Assert.DoesNotContain("w2", page.Find("th[aria-sort]").ClassName!, StringComparison.Ordinal);
    }

    private static (string Text, string? Href) Action(IRenderedComponent<ProjectsPage> page) =>
        (page.Find("tr.none a").TextContent, page.Find("tr.none a").GetAttribute("href"));

    private static ProjectRow Project(string path) => new() { Project = path[(path.LastIndexOf('/') + 1)..], Path = path, Figures = Figures(1_000, 1m) };

    [Fact]
    public void Full_NamesAreTextAndUnknownIsADash()
    {
        Fill();
        var page = Open<ProjectsPage>("/projects");
        page.WaitForAssertion(() => Assert.Equal(["beta", "<i>alpha</i>", "unknown"], FirstColumn(page)));
        Assert.Empty(page.FindAll("tbody i:not(.sw):not(.meter i)"));
        var rows = page.FindAll("table tbody tr");
        Assert.Contains("+100.0", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("new", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains(Formats.None, rows[2].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/api/analytics/projects.csv?start=", page.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cost", "<i>alpha</i>", "beta", "unknown")]
    [InlineData("-project", "unknown", "beta", "<i>alpha</i>")]
    [InlineData("nonsense", "beta", "<i>alpha</i>", "unknown")]
    public void Sort_ComesFromTheAddress(string sort, params string[] order)
    {
        Fill();
        var page = Open<ProjectsPage>($"/projects?sort={sort}");
        page.WaitForAssertion(() => Assert.Equal(order, FirstColumn(page)));
    }

    [Fact]
    public void Address_OfAProject_HoldsItsWholePath()
    {
        Fill();
        const string Path = "/src/a b/c&d=é?#/x";
        Lists.Choices = new FilterChoices([], [(Path, "x")], [], []);
        var url = UrlState.Parse("http://localhost/projects?project=/other&sort=cost", new ReaderState());
        var page = Open<ProjectPage>(ProjectLink.To(url, Path));
        page.WaitForAssertion(() => Assert.Equal("x", page.Find("h1").TextContent));
        // The heading stands before the figures were asked for.
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".kpi")));
        Assert.Equal([Path], Assert.Single(Lists.Queries.Select(q => q.Filter.Projects).DistinctBy(p => p[0])));
    }

    [Fact]
    public void UnknownProject_IsAskedForByTheEmptyName()
    {
        Fill();
        var page = Open<ProjectPage>("/projects/view");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("a.kpi")));
        Assert.All(Lists.Queries, q => Assert.Equal([""], q.Filter.Projects));
    }

    [Fact]
    public void ProjectThatIsNotThere_LeadsBack()
    {
        Fill();
        var page = Open<ProjectPage>("/projects/view?path=/gone");
        page.WaitForAssertion(() => Assert.Contains("No project has this path", page.Find(".state").TextContent, StringComparison.Ordinal));
    }
}
