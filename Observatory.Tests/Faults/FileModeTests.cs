using System.Net;
using System.Net.Http.Json;
using System.Text;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Whatever is made in the data folder is its owner's alone, also in a folder that others may look into.</summary>
public sealed class FileModeTests : IDisposable
{
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    private readonly TempFolder _temp = new();

    [Fact]
    public async Task Files_in_a_folder_of_others_are_closed_and_the_folder_stays_as_it_is()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }
        var data = _temp.Folder("data");
        Directory.CreateDirectory(Path.Combine(data, "lost+found"));
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        for (var start = 0; start < 2; start++)
        {
            await using var app = await AppProcess.StartAsync(data, _temp.Folder("claude"));
            using var answer = await app.Http.PostAsJsonAsync(
                "/api/analytics/events", new { id = $"e{start}", type = "x", timestamp = "2026-11-10T10:00:00Z" }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            using var upload = await app.Http.PostAsync(
                "/api/claude-code/transcripts?owner=me&name=a.jsonl", new StringContent("{}\n", Encoding.UTF8, "application/octet-stream"),
                    TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, upload.StatusCode);
            foreach (var path in Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories))
            {
                if (!path.Contains("lost+found", StringComparison.Ordinal)) Assert.True((File.GetUnixFileMode(path) & Others) == 0, path);
            }
            Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(data));
            await Patience.UntilAsync(() => app.Output.Contains("can be read by other accounts", StringComparison.Ordinal));
            Assert.Equal(0, await app.StopAsync());
        }
    }

    [Fact]
    public async Task A_folder_that_the_program_makes_is_closed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }
        var data = Path.Combine(_temp.Path, "new", "data");
        await using var app = await AppProcess.StartAsync(data, _temp.Folder("claude"));
        Assert.Equal(0, (int)(File.GetUnixFileMode(data) & Others));
        Assert.DoesNotContain("can be read by other accounts", app.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
