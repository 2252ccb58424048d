using System.Text.RegularExpressions;
using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>
/// Whoever writes without EF and is not the writer takes its turn by hand; those who write by EF need not think of it (WriteInterceptorTests).
/// </summary>
public sealed partial class OwnWritesTests
{
    [Fact]
    public void Who_writes_over_a_connection_of_its_own_takes_a_turn()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Observatory.Web.sln"))) folder = Path.GetDirectoryName(folder);
        Assert.SkipWhen(folder is null, "The sources are not here.");
        var files = Directory.GetFiles(Path.Combine(folder, "Observatory.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).ToList();
        var own = files.Where(f => File.ReadAllText(f) is var text && OwnConnection().IsMatch(text) && Write().IsMatch(text)).ToList();
        // A restore has the database for itself: no program runs beside it.
        own.RemoveAll(f => Path.GetFileName(f) == "SqliteRestore.cs");
        Assert.Empty(own.Where(f => !File.ReadAllText(f).Contains("Turns.Take()", StringComparison.Ordinal)).Select(Path.GetFileName));
        // Blind eyes see nothing either.
        Assert.Contains("AuditTable.cs", own.Select(Path.GetFileName));
        // And a context is set up in one place, which puts the interceptor into it.
        Assert.Equal(["SqliteDatabase.cs"], files.Where(f => File.ReadAllText(f).Contains(".UseSqlite(", StringComparison.Ordinal)).Select(Path.GetFileName));
        Assert.Equal(["SqliteStorage.cs"], files.Where(f => File.ReadAllText(f).Contains("DbContextFactory<SqliteObservatoryContext>(",
            StringComparison.Ordinal)).Select(Path.GetFileName));
    }

    [GeneratedRegex(@"\bdatabase\.Open\(\)")]
    private static partial Regex OwnConnection();

    [GeneratedRegex("\"(INSERT|UPDATE|DELETE|REPLACE)\\b|deferred: false")]
    private static partial Regex Write();
}
