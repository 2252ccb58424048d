using System.Reflection;
using System.Text.RegularExpressions;
using Observatory.Core.Ingestion;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>Data flows down, imports point up: a folder of Core uses only folders above it in this list.</summary>
public sealed partial class FolderOrderTests
{
    /// <summary>Top to bottom, the same as in the README, and the rooms that are not furnished yet.</summary>
    private static readonly string[] s_order =
    [
        "Hosting", "Time", "Statistics", "Events", "Pricing",
        "Ingestion", "Privacy", "Enrichment", "Accounts", "Auditing", "Storage", "TimeSeries", "Rollups",
        "Metrics", "Topics", "Presentation", "Charts", "Exports", "Deliveries", "Mail", "Reports", "Alerts", "Realtime", "Retention", "Demo",
    ];

    private static readonly Assembly s_core = typeof(EventBatch).Assembly;

    [Fact]
    public void Folders_use_only_what_stands_above_them()
    {
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in s_core.GetTypes())
        {
            if (FolderOf(type) is not { } folder) continue;
            var place = Array.IndexOf(s_order, folder);
            Assert.True(place >= 0, $"Folder {folder} has no place in the order.");
            foreach (var used in TypeUse.Of(type))
            {
                if (used.Assembly == s_core && FolderOf(used) is { } other
                    && Array.IndexOf(s_order, other) > place) wrong.Add($"{folder} uses {other}: {Name(type)} → {Name(used)}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_reader_of_code_sees_uses()
    {
        // The test above is worth nothing if it is blind: known uses of every kind must be found.
        var writer = TypeUse.Of(s_core.GetType("Observatory.Core.Storage.Writing.EventWriter")!).Select(t => t.Name).ToHashSet();
        Assert.Superset(new HashSet<string> { "EventBatch", "IPriceBook", "RetryPlan", "IWriterStore", "ICommitObserver" }, writer);
        Assert.Contains(TypeUse.Of(s_core.GetType("Observatory.Core.Rollups.Contributions")!), t => t.Name == "BucketClock");
    }

    [Fact]
    public void Core_knows_no_web_server_no_components_and_no_job_server()
    {
        var references = s_core.GetReferencedAssemblies().Select(a => a.Name!).ToList();
        Assert.DoesNotContain(references, n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || n.StartsWith("MudBlazor", StringComparison.Ordinal)
            || n.StartsWith("Hangfire", StringComparison.Ordinal) || n.StartsWith("Microsoft.JSInterop", StringComparison.Ordinal)
                || n.StartsWith("Observatory.", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_asks_the_system_clock()
    {
        // The analyzer bans it in the projects as they are built; this holds even where someone silences it.
        string[] banned = ["get_Now", "get_UtcNow", "get_Today"];
        var users = new[] { s_core, typeof(Web.Hosting.Health).Assembly }.SelectMany(a => a.GetTypes())
            .SelectMany(t => TypeUse.Calls(t).Where(m => (m.DeclaringType == typeof(DateTime) || m.DeclaringType == typeof(DateTimeOffset))
                && banned.Contains(m.Name)).Select(m => $"{t.FullName} calls {m.DeclaringType!.Name}.{m.Name}"));
        Assert.Empty(users);
    }

    private static string? FolderOf(Type type)
    {
        var match = Folder().Match(type.Namespace ?? "");
        return match.Success ? match.Groups[1].Value : null;
    }

    private static string Name(Type type) => type.DeclaringType is { } outer ? Name(outer) : type.Name;

    [GeneratedRegex(@"^Observatory\.Core\.([^.]+)")]
    private static partial Regex Folder();
}
