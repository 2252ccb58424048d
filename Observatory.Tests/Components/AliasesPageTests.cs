using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.Aliases;
using Observatory.Tests.Support;
using Observatory.Web.Components.Pages.Aliases;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class AliasesPageTests : ListPageContext
{
    private readonly FakeAliases _aliases = new();

    public AliasesPageTests() => Services.AddSingleton<IAliases>(_aliases);

    private sealed class FakeAliases : IAliases
    {
        public List<Alias> All { get; } = [];
        public Exception? Failure { get; set; }
        public string? Problem { get; set; }
        public long Version => 0;
        public IReadOnlyDictionary<int, int> Map { get; } = new Dictionary<int, int>();

        public Task LoadAsync(CancellationToken cancel = default) => Task.CompletedTask;

        public Task<IReadOnlyList<Alias>> ListAsync(CancellationToken cancel = default) => Failure is null ? Task.FromResult<IReadOnlyList<Alias>>([.. All])
            : throw Failure;

        public Task<string?> MergeAsync(string name, string into, CancellationToken cancel = default)
        {
            if (Problem is null) All.Add(new Alias(name, into, FakeLists.Now, 3));
            return Task.FromResult(Problem);
        }

        public Task<bool> UndoAsync(string name, CancellationToken cancel = default) => Task.FromResult(All.RemoveAll(a => a.Name == name) > 0);
    }

    [Fact]
    public void Failure_ShowsAnId()
    {
        _aliases.Failure = new InvalidOperationException();
        var page = Open<AliasesPage>("/admin/aliases");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[role=alert]")));
    }

    [Fact]
    public void Loading_ShowsRows()
    {
        Lists.Gate = new TaskCompletionSource().Task;
        Assert.NotEmpty(Open<AliasesPage>("/admin/aliases").FindAll("[aria-busy=true]"));
    }

    [Fact]
    public void Empty_SaysThatEveryNameStandsForItself()
    {
        var page = Open<AliasesPage>("/admin/aliases");
        page.WaitForAssertion(() => Assert.Contains("Every name stands for itself", page.Find("tr.none").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMerge_ShowsAndCanBeTakenBack()
    {
        Lists.Choices = new FilterChoices(["ann", "ann@corp.example", "ben"], [], [], []);
        var page = Open<AliasesPage>("/admin/aliases");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#alias-name")));
        await ChooseAsync(page, "alias-name", "ann@corp.example");
        await ChooseAsync(page, "alias-into", "ann");
        await page.InvokeAsync(() => page.Find("form").Submit());
        page.WaitForAssertion(() => Assert.Contains("ann@corp.example", page.Find("tbody tr").TextContent, StringComparison.Ordinal));
        await page.InvokeAsync(() => page.Find("tbody tr button").Click());
        page.WaitForAssertion(() => Assert.Empty(_aliases.All));
    }

    [Fact]
    public async Task ARefusal_SaysWhy()
    {
        Lists.Choices = new FilterChoices(["ann", "ben"], [], [], []);
        _aliases.Problem = "“ben” is shown as “ann”: take that back first.";
        var page = Open<AliasesPage>("/admin/aliases");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("#alias-name")));
        await ChooseAsync(page, "alias-name", "ann");
        await ChooseAsync(page, "alias-into", "ben");
        await page.InvokeAsync(() => page.Find("form").Submit());
        page.WaitForAssertion(() => Assert.Contains("take that back first", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }
}
