using System.IO.Compression;
using System.Text;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Uploads;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion;

/// <summary>What an archive holds is on the disk as noise while it is read, and gone afterwards.</summary>
public sealed class UploadOnDiskTests
{
    private const string Secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

    [Fact]
    public async Task A_transcript_of_an_archive_is_never_plain_on_the_disk()
    {
        using var temp = new TempFolder();
        var path = Path.Combine(temp.Path, "uploads");
        using var archive = new MemoryStream();
        await using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("projects/-p/5f0c5d0e-0000-4000-8000-000000000001.jsonl")
                .OpenAsync(TestContext.Current.CancellationToken);
            for (var i = 0; i < 5_000; i++)
            {
                await entry.WriteAsync(
                    Encoding.UTF8.GetBytes($$$"""{"type":"user","uuid":"{{{i}}}","timestamp":"2026-11-01T00:00:00Z","message":{"content":"use {{{Secret}}} {{{i}}}"}}""" + "\n"),
                    TestContext.Current.CancellationToken);
            }
        }
        archive.Position = 0;
        var sink = new Looking(path);
        var result = await new TranscriptUpload(sink, new UploadFolder(path)).ReadAsync(archive, "x.zip", "ada", TestContext.Current.CancellationToken);
        Assert.Equal((1, 5_000L), (result.Files, result.Lines));
        Assert.InRange(sink.Bytes, 500_000, long.MaxValue);
        Assert.Equal(0, sink.Plain);
        Assert.Empty(Directory.EnumerateFiles(path));
    }

    [Fact]
    public void What_a_crash_left_is_gone_after_the_start()
    {
        using var temp = new TempFolder();
        var left = temp.File("uploads/x.part");
        File.WriteAllText(left, Secret);
        var folder = new UploadFolder(Path.Combine(temp.Path, "uploads"));
        folder.Clear();
        Assert.False(File.Exists(left));
        Assert.StartsWith(Path.Combine(temp.Path, "uploads"), folder.NewFile(), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(temp.Path, "uploads")));
    }

    /// <summary>Looks at the folder whenever a batch comes.</summary>
    private sealed class Looking(string folder) : IEventSink
    {
        public long Bytes { get; private set; }

        public int Plain { get; private set; }

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            TryWrite(batch);
            return ValueTask.CompletedTask;
        }

        public bool TryWrite(EventBatch batch)
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                var text = reader.ReadToEnd();
                Bytes += text.Length;
                if (text.Contains("ghp_", StringComparison.Ordinal) || text.Contains("\"user\"", StringComparison.Ordinal)) Plain++;
            }
            batch.MarkCommitted();
            return true;
        }
    }
}
