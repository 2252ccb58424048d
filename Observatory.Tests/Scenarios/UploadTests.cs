using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Tests.Support;
using Xunit;
using ZstdSharp;

namespace Observatory.Tests.Scenarios;

/// <summary>A projects folder of another machine gives the same figures as one that is read here.</summary>
public sealed class UploadTests(FixtureCore fixture)
{
    private static readonly string s_projects = Path.Combine(Fixture.Root, "projects");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zip")]
    [InlineData("tar.zst")]
    public async Task An_archive_of_the_folder_gives_the_same_figures(string kind)
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        var upload = core.Services.GetRequiredService<TranscriptUpload>();
        using var archive = kind == "zip" ? Zip(s_projects) : TarZst(s_projects);
        var result = await upload.ReadAsync(archive, null, Fixture.Owner, Cancel);
        Assert.Equal(Directory.EnumerateFiles(s_projects, "*.jsonl", SearchOption.AllDirectories).Count(f => Path.GetFileName(f) != "journal.jsonl"),
            result.Files);
        var image = await FigureImage.OfAsync(core, Fixture.Start, Fixture.End);
        Assert.Equal(await FigureImage.OfAsync(await fixture.Core, Fixture.Start, Fixture.End), image);
        archive.Position = 0;
        var again = await upload.ReadAsync(archive, null, Fixture.Owner, Cancel);
        Assert.Equal((0L, result.Lines), (again.Accepted, again.Lines));
        Assert.Equal(image, await FigureImage.OfAsync(core, Fixture.Start, Fixture.End));
        await using var db = await core.OpenAsync();
        Assert.Empty(db.Files);
    }

    [Fact]
    public async Task Single_transcripts_give_the_same_figures()
    {
        using var folder = new TempFolder();
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        var upload = core.Services.GetRequiredService<TranscriptUpload>();
        var mains = Directory.EnumerateFiles(s_projects, "*.jsonl", SearchOption.AllDirectories)
            .Where(f => !f.Contains("subagents", StringComparison.Ordinal)).ToList();
        foreach (var path in mains)
        {
            await using var file = File.OpenRead(path);
            if (file.Length > 0) await upload.ReadAsync(file, Path.GetFileName(path), Fixture.Owner, Cancel);
        }
        var overview = (await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End), Cancel)).Overview;
        Assert.Equal((Fixture.UserMessages, Fixture.Conversations), (overview.UserMessages, overview.TotalConversations));
    }

    [Fact]
    public async Task What_was_good_before_an_archive_broke_counts()
    {
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End));
        var upload = core.Services.GetRequiredService<TranscriptUpload>();
        using var archive = TarZst(s_projects);
        using var cut = new MemoryStream(archive.ToArray()[..(int)(archive.Length / 2)]);
        var error = await Assert.ThrowsAsync<UploadRefusedException>(() => upload.ReadAsync(cut, null, Fixture.Owner, Cancel));
        Assert.True(error.Done is { Lines: > 0 });
        var half = (await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End), Cancel)).Overview;
        Assert.InRange(half.TotalTokens, 1, Fixture.Total - 1);
        archive.Position = 0;
        await upload.ReadAsync(archive, null, Fixture.Owner, Cancel);
        Assert.Equal(Fixture.Total, (await core.Metrics.GetDashboardAsync(Compare.Query(Fixture.Start, Fixture.End), Cancel)).Overview.TotalTokens);
    }

    [Fact]
    public async Task Names_lead_nowhere_and_bombs_fill_nothing()
    {
        using var data = new TempFolder();
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path);
        var upload = core.Services.GetRequiredService<TranscriptUpload>();
        var line = """{"type":"user","uuid":"u1","sessionId":"s1","timestamp":"2026-11-12T09:00:00Z","message":{"role":"user","content":"hello"}}""" + "\n";
        var outside = Path.Combine(Path.GetDirectoryName(data.Path)!, "escaped.jsonl");
        using var traversal = new MemoryStream();
        using (var zip = new ZipArchive(traversal, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "../../escaped.jsonl", "/etc/escaped.jsonl", "C:\\escaped.jsonl", new string('d', 3_000) + ".jsonl" })
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync(Cancel);
                await entry.WriteAsync(Encoding.UTF8.GetBytes(line), Cancel);
            }
        }
        traversal.Position = 0;
        var result = await upload.ReadAsync(traversal, null, "o", Cancel);
        Assert.Equal((4, 4L), (result.Files, result.Lines));
        Assert.False(File.Exists(outside));

        using var bomb = new MemoryStream();
        using (var zip = new ZipArchive(bomb, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("a.jsonl", CompressionLevel.Optimal).OpenAsync(Cancel);
            var zeros = new byte[1_000_000];
            for (var i = 0; i < 400; i++) await entry.WriteAsync(zeros, Cancel);
        }
        bomb.Position = 0;
        Assert.Contains("more than", (await Assert.ThrowsAsync<UploadRefusedException>(() => upload.ReadAsync(bomb, null, "o", Cancel))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(data.Path, "uploads")));
    }

    /// <summary>A few kB must not become work of hours: what nobody reads counts toward the limit, and small bombs are bombs.</summary>
    [Fact]
    public async Task What_is_stepped_over_and_what_is_small_has_limits_too()
    {
        using var data = new TempFolder();
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(Fixture.End), data.Path);
        var upload = core.Services.GetRequiredService<TranscriptUpload>();
        using var skipped = new MemoryStream();
        await using (var pressed = new CompressionStream(skipped, leaveOpen: true))
        await using (var tar = new TarWriter(pressed, leaveOpen: true))
        await using (var zeros = new FileStream(data.File("zeros"), FileMode.CreateNew))
        {
            zeros.SetLength(64_000_000);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "zeros.bin") { DataStream = zeros }, Cancel);
        }
        skipped.Position = 0;
        Assert.InRange(skipped.Length, 1, 100_000);
        Assert.Contains("more than", (await Assert.ThrowsAsync<UploadRefusedException>(() => upload.ReadAsync(skipped, null, "o", Cancel))).Message,
            StringComparison.Ordinal);

        using var bomb = new MemoryStream();
        using (var zip = new ZipArchive(bomb, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("a.jsonl", CompressionLevel.Optimal).OpenAsync(Cancel);
            await entry.WriteAsync(new byte[10_000_000], Cancel);
        }
        bomb.Position = 0;
        Assert.Contains("more than", (await Assert.ThrowsAsync<UploadRefusedException>(() => upload.ReadAsync(bomb, null, "o", Cancel))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http_with_every_refusal()
    {
        await using var host = new WebHost(new FakeTimeProvider(Fixture.End));
        var client = host.Program();
        async Task<(int Status, JsonElement Json)> Send(HttpContent content, string query = "?owner=ada", HttpClient? by = null)
        {
            using var answer = await (by ?? client).PostAsync($"/api/claude-code/transcripts{query}", content, Cancel);
            return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement);
        }

        ByteArrayContent Bytes(byte[] bytes) => new(bytes);
        var line = Encoding.UTF8.GetBytes("""{"type":"user","uuid":"u1","sessionId":"s1","timestamp":"2026-11-12T09:00:00Z","message":{"role":"user","content":"hello"}}""" + "\nnonsense\n");
        var (status, json) = await Send(Bytes(line));
        Assert.Equal((200, 1, 2, 1, 0, 1), (status, json.GetProperty("files").GetInt32(), json.GetProperty("lines").GetInt32(), json.GetProperty("accepted")
            .GetInt32(), json.GetProperty("duplicates").GetInt32(), json.GetProperty("rejected").GetInt32()));
        (status, json) = await Send(Bytes(line));
        Assert.Equal((200, 0, 1), (status, json.GetProperty("accepted").GetInt32(), json.GetProperty("duplicates").GetInt32()));

        using var form = new MultipartFormDataContent { { Bytes(line), "file", "a.jsonl" }, { Bytes(Zip(s_projects).ToArray()), "file", "projects.zip" },
            { new StringContent("x"), "note" } };
        (status, json) = await Send(form, "?owner=" + Fixture.Owner);
        Assert.Equal(200, status);
        Assert.True(json.GetProperty("files").GetInt32() > 50);
        Assert.Equal(Fixture.Total, (await client.JsonAsync("/api/analytics/dashboard?start=2026-11-09T00:00:00Z&end=2026-11-23T00:00:00Z"))
            .GetProperty("overview").Long("totalTokens"));

        Assert.Equal(400, (await Send(Bytes(line), "")).Status);
        Assert.Equal(400, (await Send(Bytes(line), "?owner=" + new string('x', 257))).Status);
        Assert.Equal(400, (await Send(Bytes([]))).Status);
        Assert.Equal(400, (await Send(Bytes([1, 2, 3]))).Status);
        Assert.Equal(400, (await Send(Bytes(Encoding.UTF8.GetBytes("PK is no archive")))).Status);
        Assert.Equal(400, (await Send(Bytes([0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3, 4, 5]))).Status);
        using (var bare = new MemoryStream())
        {
            using (var archive = new ZipArchive(bare, ZipArchiveMode.Create, leaveOpen: true))
            {
                archive.CreateEntry("projects/README.md");
                archive.CreateEntry("projects/-w/journal.jsonl");
            }
            Assert.Equal(400, (await Send(Bytes(bare.ToArray()))).Status);
        }
        var encoded = Bytes(line);
        encoded.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(415, (await Send(encoded)).Status);
        Assert.Equal(401, (await Send(Bytes(line), by: host.Program(null))).Status);
        using var broken = Bytes(line);
        broken.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        Assert.Equal(400, (await Send(broken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/analytics/dashboard", Cancel)).StatusCode);
    }

    private static MemoryStream Zip(string folder)
    {
        var bytes = new MemoryStream();
        ZipFile.CreateFromDirectory(folder, bytes, CompressionLevel.Fastest, includeBaseDirectory: true);
        bytes.Position = 0;
        return bytes;
    }

    private static MemoryStream TarZst(string folder)
    {
        var bytes = new MemoryStream();
        using (var compressed = new CompressionStream(bytes, leaveOpen: true)) TarFile.CreateFromDirectory(folder, compressed, includeBaseDirectory: true);
        bytes.Position = 0;
        return bytes;
    }
}
