using Observatory.Core.Ingestion.Uploads;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion;

public sealed class SealedFileStreamTests
{
    [Fact]
    public async Task What_is_read_is_what_was_written_and_the_disk_holds_neither()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "x.part");
        var random = new Random(5);
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        var marker = "a secret that nobody may find on the disk"u8.ToArray();
        marker.CopyTo(bytes, 131_050);
        await using (var file = new SealedFileStream(path))
        {
            for (var at = 0; at < bytes.Length;)
            {
                var part = Math.Min(bytes.Length - at, random.Next(1, 90_000));
                await file.WriteAsync(bytes.AsMemory(at, part), cancel);
                at += part;
            }
            await file.FlushAsync(cancel);
            await using (var raw = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                var stored = new byte[bytes.Length];
                await raw.ReadExactlyAsync(stored, cancel);
                Assert.True(stored.AsSpan().IndexOf(marker) < 0);
            }
            for (var turn = 0; turn < 50; turn++)
            {
                var from = random.Next(bytes.Length);
                var part = new byte[random.Next(1, bytes.Length - from + 1)];
                file.Position = from;
                await file.ReadExactlyAsync(part, cancel);
                Assert.True(part.AsSpan().SequenceEqual(bytes.AsSpan(from, part.Length)));
            }
        }
        Assert.False(File.Exists(path));
    }
}
