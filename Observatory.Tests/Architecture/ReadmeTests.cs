using System.Collections;
using System.Text.Json;
using System.Text.RegularExpressions;
using Observatory.Core;
using Observatory.Tests.Api;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>What the README says of settings, addresses and files is so.</summary>
public sealed partial class ReadmeTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private static readonly string s_top = Top();
    private static readonly string s_readme = File.ReadAllText(Path.Combine(s_top, "README.md"));

    internal static string TopFolder => s_top;

    private static string Top()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Observatory.Web.sln"))) folder = folder.Parent
            ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }

    /// <summary>Keys of the options, lists as one key.</summary>
    private static IEnumerable<string> Keys(Type type, string path) => type.GetProperties().SelectMany(p =>
        p.PropertyType.IsClass && p.PropertyType != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(p.PropertyType)
            ? Keys(p.PropertyType, $"{path}:{p.Name}") : [$"{path}:{p.Name}"]);

    private static IEnumerable<string> Keys(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Any()
            ? json.EnumerateObject().SelectMany(p => Keys(p.Value, $"{path}:{p.Name}")) : [path];

    private static IEnumerable<string> Sorted(IEnumerable<string> keys) => keys.Order(StringComparer.Ordinal);

    [Fact]
    public void Its_table_lists_every_setting_and_no_other() =>
        Assert.Equal(Sorted(Keys(typeof(ObservatoryOptions), ObservatoryOptions.Section)), Sorted(TableKey().Matches(s_readme).Select(m => m.Groups[1].Value)));

    [Fact]
    public void The_settings_file_has_every_setting_with_a_word_on_it_and_no_other()
    {
        var text = File.ReadAllText(Path.Combine(s_top, "appsettings.json"));
        var json = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })
            .RootElement.GetProperty(ObservatoryOptions.Section);
        Assert.Equal(Sorted(Keys(typeof(ObservatoryOptions), ObservatoryOptions.Section)), Sorted(Keys(json, ObservatoryOptions.Section)));
    }

    [Fact]
    public void Its_defaults_are_those_of_the_settings_file()
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_top, "appsettings.json")),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }).RootElement;
        foreach (Match row in Default().Matches(s_readme))
        {
            var value = row.Groups[1].Value.Split(':').Aggregate(json, (at, name) => at.GetProperty(name));
            Assert.Equal(row.Groups[2].Value, value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : value.GetString());
        }
        Assert.True(Default().Count(s_readme) >= 5);
    }

    [Fact]
    public void Its_links_lead_to_files_that_are_there()
    {
        var files = Link().Matches(s_readme).Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.EndsWith(".png", StringComparison.Ordinal));
        Assert.All(files, file => Assert.True(Path.Exists(Path.Combine(s_top, file)), file));
        Assert.All(Project().Matches(s_readme), project => Assert.True(Directory.Exists(Path.Combine(s_top, project.Groups[1].Value)), project.Value));
    }

    [Fact]
    public async Task Every_route_of_the_api_document_answers_and_those_of_the_readme_are_in_it()
    {
        var client = web.Host.Program();
        var paths = (await client.JsonAsync("/openapi/v1.json")).GetProperty("paths");
        var described = paths.EnumerateObject().Select(p => p.Name).ToList();
        Assert.True(described.Count > 10);
        foreach (var path in paths.EnumerateObject())
        {
            // What changes something is asked for in the tests of its own.
            if (!path.Value.TryGetProperty("get", out var get)) continue;
            var parameters = get.TryGetProperty("parameters", out var all) ? all.EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToList() : [];
            var query = parameters.Contains("metric") ? "?metric=messages" : parameters.Contains("metrics") ? "?metrics=messages,tokens" : "";
            using var answer = await client.GetAsync(path.Name.Replace("{id}", "none", StringComparison.Ordinal).Replace("{dataset}", "days",
                StringComparison.Ordinal) + query,
                // What never ends has begun with its head.
                HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            // What is somebody's own wants a person, and this is a key.
            var status = path.Name.StartsWith("/api/account", StringComparison.Ordinal) ? 403 : path.Name.Contains("{id}", StringComparison.Ordinal) ? 404
                : 200;
            Assert.Equal((path.Name, status), (path.Name, (int)answer.StatusCode));
        }
        var named = Route().Matches(s_readme).Select(m => m.Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, route => Assert.Contains(route, described));
        var list = ListedRoutes().Match(s_readme).Groups[1].Value.Split(',').Select(n => n.Trim().Trim('`')).Where(n => n.Length > 0).ToList();
        Assert.True(list.Count > 5);
        Assert.All(list, name => Assert.Contains($"/api/analytics/{name}", described));
    }

    [GeneratedRegex(@"^\| `(Observatory:[A-Za-z:]+)`", RegexOptions.Multiline)]
    private static partial Regex TableKey();

    [GeneratedRegex(@"^\| `((?:Observatory:[A-Za-z:]+|AllowedHosts))` \| `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Default();

    [GeneratedRegex(@"\]\(([^)\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"--project ([A-Za-z.]+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"/api/analytics/[a-z]+(?:\.csv|/\{[a-z]+\})?")]
    private static partial Regex Route();

    [GeneratedRegex(@"same figures: ((?:`[a-z]+`,?\s+)+)")]
    private static partial Regex ListedRoutes();
}
