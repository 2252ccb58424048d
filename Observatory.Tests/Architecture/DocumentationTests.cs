using System.Collections;
using System.Text.RegularExpressions;
using Observatory.Core;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>What can be set is said, and what is said can be set.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void TheReadmeListsEverySettingAndNoOther()
    {
        var listed = Row().Matches(File.ReadAllText(Path.Combine(Root(), "README.md"))).Select(m => m.Groups[1].Value);
        Assert.Equal(Keys(typeof(ObservatoryOptions), ObservatoryOptions.Section).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheSettingsFileHoldsEveryKey()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));
        Assert.All(Keys(typeof(ObservatoryOptions), ObservatoryOptions.Section), key => Assert.Contains($"\"{key.Split(':')[^1]}\":", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Keys(Type type, string prefix) => type.GetProperties().SelectMany(p =>
        p.PropertyType.IsClass && p.PropertyType != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(p.PropertyType)
            ? Keys(p.PropertyType, $"{prefix}:{p.Name}") : [$"{prefix}:{p.Name}"]);

    /// <summary>Where the solution stands: the tests run from a folder below it.</summary>
    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Observatory.Web.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The solution is not above the tests.");
    }

    [GeneratedRegex(@"^\| `(Observatory:[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
