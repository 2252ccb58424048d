using System.Reflection;
using System.Text.RegularExpressions;
using Observatory.Core.Ingestion;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>
/// Storage is a contract, a writer that owns what it needs of a database, and providers behind both. A second provider is a folder beside the first.
/// </summary>
public sealed partial class StorageOrderTests
{
    private const string Provider = "Observatory.Core.Storage.Sqlite";

    /// <summary>The one method that puts the provider in its place.</summary>
    private const string Registration = Provider + ".SqliteStorage";

    /// <summary>Top to bottom; the empty one is Storage itself, with the entities and the days' sums that its contracts speak of.</summary>
    private static readonly string[] s_order =
        ["", "Series", "Writing", "Maintenance", "Rework", "Letters", "Aliases", "Readers", "Prices", "Redaction", "Sqlite"];

    private static readonly Assembly s_core = typeof(EventBatch).Assembly;

    [Fact]
    public void Folders_of_Storage_use_only_what_stands_above_them()
    {
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in s_core.GetTypes())
        {
            if (FolderOf(type) is not { } folder) continue;
            var place = Array.IndexOf(s_order, folder);
            Assert.True(place >= 0, $"Storage/{folder} has no place in the order.");
            foreach (var used in TypeUse.Of(type))
            {
                if (FolderOf(used) is { } other && Array.IndexOf(s_order, other) > place)
                    wrong.Add($"Storage/{folder} uses Storage/{other}: {type.Name} → {used.Name}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_provider_is_named_in_its_folder_and_in_one_registration()
    {
        Assembly[] all = [s_core, typeof(Web.Hosting.Health).Assembly];
        var named = all.SelectMany(a => a.GetTypes()).Where(t => !IsOfProvider(t))
            .SelectMany(t => TypeUse.Of(t).Where(IsOfProvider).Select(used => $"{t.FullName} → {used.FullName}"));
        Assert.Equal(["Observatory.Core.ObservatoryCore → " + Registration], named.Distinct());
    }

    [Fact]
    public void Blocks_are_no_part_of_the_model_that_providers_share()
    {
        var shared = s_core.GetTypes().Single(t => t.Name == "ObservatoryContext");
        Assert.DoesNotContain(TypeUse.Of(shared), t => t.Name.Contains("Block", StringComparison.Ordinal));
        Assert.Contains(TypeUse.Of(s_core.GetTypes().Single(t => t.Name == "SqliteObservatoryContext")), t => t.Name == "ItemBlockEntity");
    }

    [Fact]
    public void The_reader_of_code_sees_what_is_caught()
    {
        Assert.Contains(typeof(FormatException), TypeUse.Of(typeof(Catching)));
    }

    private static class Catching
    {
        public static int Parse(string text)
        {
            try
            {
                return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (FormatException)
            {
                return 0;
            }
        }
    }

    private static bool IsOfProvider(Type type) =>
        (type.Namespace ?? "") is var space && (space == Provider || space.StartsWith(Provider + ".", StringComparison.Ordinal)
            || space.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal) || space.StartsWith("SQLitePCL", StringComparison.Ordinal)
            || type.Name.StartsWith("Sqlite", StringComparison.Ordinal));

    private static string? FolderOf(Type type)
    {
        var match = Folder().Match(type.Namespace ?? "");
        if (!match.Success) return null;
        return match.Groups[1].Value is not ("Entities" or "DaySums") ? match.Groups[1].Value : "";
    }

    [GeneratedRegex(@"^Observatory\.Core\.Storage(?:\.([^.]+))?")]
    private static partial Regex Folder();
}
