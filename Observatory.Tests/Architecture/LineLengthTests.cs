using Xunit;

namespace Observatory.Tests.Architecture;

/// <summary>A line that does not fit into a window hides its end from whoever reads it: 160 columns are the limit everywhere.</summary>
public sealed class LineLengthTests
{
    private const int Columns = 160;

    private static readonly string[] s_folders = ["Observatory.Core", "Observatory.Web", "Observatory.Tests", "wwwroot-assets"];
    private static readonly string[] s_kinds = [".cs", ".razor", ".css", ".js", ".mjs"];

    [Fact]
    public void No_line_is_longer_than_160_columns()
    {
        var files = Sources().ToList();
        Assert.True(files.Count > 500, $"Only {files.Count} files were found: the test looks in the wrong place.");
        Assert.Empty(files.SelectMany(Long).Order(StringComparer.Ordinal));
    }

    /// <summary>In tests a sample of somebody else's data may stand on one line as it was sent, inside a raw string.</summary>
    private static IEnumerable<string> Long(string path)
    {
        var samples = path.Contains("Observatory.Tests", StringComparison.Ordinal);
        var raw = false;
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var marks = Count(line, "\"\"\"");
            var sample = samples && (raw || marks > 0);
            if (marks % 2 == 1) raw = !raw;
            if (line.Length > Columns && !sample) yield return $"{Path.GetRelativePath(ReadmeTests.TopFolder, path)}:{number}: {line.Length}";
        }
    }

    private static int Count(string line, string part)
    {
        var count = 0;
        for (var at = line.IndexOf(part, StringComparison.Ordinal); at >= 0; at = line.IndexOf(part, at + part.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    /// <summary>Everything written by hand: what a build makes and what the migration tool writes is left out.</summary>
    private static IEnumerable<string> Sources() => s_folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(ReadmeTests.TopFolder, folder), "*", SearchOption.AllDirectories))
        .Where(path => s_kinds.Contains(Path.GetExtension(path)))
        .Where(path => !Path.GetRelativePath(ReadmeTests.TopFolder, path).Split(Path.DirectorySeparatorChar)
            .Any(part => part is "bin" or "obj" or "node_modules" or "Migrations" or "wwwroot"));
}
