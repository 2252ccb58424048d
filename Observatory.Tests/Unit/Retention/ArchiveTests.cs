using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Retention;
using Observatory.Core.Retention.Archives;
using Observatory.Tests.Support;
using Xunit;
using ZstdSharp;

namespace Observatory.Tests.Unit.Retention;

/// <summary>What is deleted lies in archives first, and what is put back is what it was, once, and for a while.</summary>
public sealed class ArchiveTests
{
    private static readonly DateTimeOffset s_from = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(91)]
    [InlineData(92)]
    public async Task What_a_run_deletes_can_be_put_back_byte_by_byte_and_no_sum_moves(int seed)
    {
        var clock = new FakeTimeProvider(s_from.AddDays(8));
        await using var core = await CorpusAsync(seed, clock);
        var (before, lasting) = (await ExportsAsync(core), await core.LastingAsync());
        var (preview, run) = await RunAsync(core);
        Assert.Equal("done", run.State);
        var deleted = await ExportsAsync(core);
        Assert.All(before.Keys, d => Assert.True(d == "events" || deleted[d].Length < before[d].Length, d));

        var shelf = core.Services.GetRequiredService<ArchiveShelf>();
        var archives = shelf.List();
        foreach (var table in preview.Tables) Assert.Equal(table.Rows, archives.Where(a => a.Dataset == table.Dataset).Sum(a => a.Rows));
        Assert.True(archives.Count(a => a.Dataset == "raw") >= 2 && archives.All(a => a.To - a.From == TimeSpan.FromDays(1)));
        foreach (var archive in archives) Assert.Equal((true, archive.Rows, archive.Sha256), Of(await shelf.VerifyAsync(archive.Id, Cancel)));

        for (var i = 0; i < 2; i++)
        {
            foreach (var archive in archives)
            {
                var restore = await RestoreAsync(shelf, archive.Id);
                Assert.Equal((archive.Rows, 0, 0), (restore.Rows, restore.LeftOut, restore.AlreadyThere));
                Assert.Equal(clock.GetUtcNow().AddDays(7), restore.KeepUntil);
            }
            Assert.Equal(before, await ExportsAsync(core));
            Assert.Equal(lasting, await core.LastingAsync());
        }

        clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        await shelf.TidyAsync(RetentionDatasets.Defaults.Of(RetentionDatasets.Archives), Cancel);
        await Patience.UntilAsync(async () => (await ExportsAsync(core)).SequenceEqual(deleted));
        Assert.Equal(archives.Count, shelf.List().Count);
        // A policy of archives takes the oldest.
        Assert.Equal(archives.Count, (await shelf.TidyAsync(new RetentionPolicy(RetentionDatasets.Archives, 3, null, [], null), Cancel)).Count);
        Assert.Empty(shelf.List());

        static (bool, long, string) Of(ArchiveVerdict? verdict) => (verdict!.Ok, verdict.Rows, verdict.Sha256);
    }

    [Fact]
    public async Task Rows_that_were_never_deleted_are_not_put_beside_themselves()
    {
        await using var core = await CorpusAsync(93, new FakeTimeProvider(s_from.AddDays(8)));
        var before = await ExportsAsync(core);
        var plan = await core.Services.GetRequiredService<RetentionPlanner>().MakeAsync(
            await core.Services.GetRequiredService<RetentionPolicies>().GetAsync(Cancel), Cancel);
        var written = new List<ArchiveManifest>();
        await foreach (var archive in core.Services.GetRequiredService<ArchivePass>().RunAsync(plan, "0123456789abcdef", Cancel)) written.Add(archive);
        Assert.NotEmpty(written);
        foreach (var archive in written)
        {
            var restore = await RestoreAsync(core.Services.GetRequiredService<ArchiveShelf>(), archive.Id);
            Assert.Equal((0, archive.Rows), (restore.Rows, restore.AlreadyThere));
        }
        Assert.Equal(before, await ExportsAsync(core));
        // To write them again finds them.
        await foreach (var archive in core.Services.GetRequiredService<ArchivePass>().RunAsync(plan, "0123456789abcdef", Cancel))
            Assert.Contains(archive, written);
    }

    [Fact]
    public async Task What_cannot_be_archived_is_not_deleted()
    {
        using var data = new TempFolder();
        await File.WriteAllTextAsync(data.File("archives"), "no folder", Cancel);
        await using var core = await CorpusAsync(94, new FakeTimeProvider(s_from.AddDays(8)), data.Path);
        var (before, runs) = (await ExportsAsync(core), core.Services.GetRequiredService<RetentionRuns>());
        var id = (await runs.RunAsync((await runs.PreviewAsync(Cancel)).PlanId, false, "test", Cancel)).Id!.Value;
        RetentionRun? run = null;
        await Patience.UntilAsync(async () => (run = await runs.FindAsync(id, Cancel)) is { Error: not null });
        Assert.All(run!.Tables, t => Assert.Equal(0, t.Rows));
        Assert.Equal(before, await ExportsAsync(core));
    }

    [Fact]
    public async Task A_damaged_archive_is_told_and_not_put_back()
    {
        using var data = new TempFolder();
        await using var core = await CorpusAsync(95, new FakeTimeProvider(s_from.AddDays(8)), data.Path);
        await RunAsync(core);
        var (shelf, deleted) = (core.Services.GetRequiredService<ArchiveShelf>(), await ExportsAsync(core));
        var (changed, cut, gone) = (shelf.List()[0], shelf.List()[1], shelf.List()[2]);
        var path = shelf.FileOf(changed.Id)!.Value.Path;
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        await using (var file = File.OpenWrite(shelf.FileOf(cut.Id)!.Value.Path)) file.SetLength(cut.Bytes / 2);
        File.Delete(shelf.FileOf(gone.Id)!.Value.Path);
        foreach (var archive in new[] { changed, cut, gone })
        {
            var verdict = await shelf.VerifyAsync(archive.Id, Cancel);
            Assert.True(verdict is { Ok: false, Reason: not null }, archive.Id);
            Assert.Equal(RestoreRefusal.Damaged, (await shelf.RestoreAsync(archive.Id, 7, Cancel)).Refusal);
        }
        Assert.Equal(RestoreRefusal.Unknown, (await shelf.RestoreAsync("../observatory", 7, Cancel)).Refusal);
        Assert.Equal(deleted, await ExportsAsync(core));
    }

    [Fact]
    public async Task An_archive_of_the_first_form_can_be_read_and_who_was_erased_is_left_out()
    {
        const string Lines = """
            {"kind":"archive","head":{"format":1,"dataset":"raw","day":"2026-10-20","schema":"20261201010000_Archives"}}
            {"kind":"name","id":901,"of":1,"text":"ann"}
            {"kind":"name","id":902,"of":1,"text":"bob"}
            {"kind":"name","id":903,"of":2,"text":"/srv/old"}
            {"kind":"session","id":77,"text":"golden"}
            {"kind":"text","id":500001,"text":"hello from long ago"}
            {"kind":"prompt","row":{"id":500001,"keyHigh":1,"keyLow":2,"at":1792454400000,"textId":500001,"unknown":true,AS 901}}
            {"kind":"prompt","row":{"id":500002,"keyHigh":1,"keyLow":3,"at":1792454400001,AS 902}}
            {"kind":"prompt","row":{"id":500003,"keyHigh":1,"keyLow":4,"at":1792454400002,AS 901,"conversationId":78}}
            """;
        const string Rest = "\"conversationId\":77,\"projectId\":903,\"sources\":1,\"origin\":0,\"userId\":";
        var lines = Lines.ReplaceLineEndings("\n").Replace("AS ", Rest, StringComparison.Ordinal) + "\n";
        using var data = new TempFolder();
        var packed = new Compressor().Wrap(Encoding.UTF8.GetBytes(lines)).ToArray();
        var manifest = new ArchiveManifest(
            "raw-2026-10-20-abc", "raw", s_from, s_from.AddDays(1), 3, packed.Length, Convert.ToHexStringLower(SHA256.HashData(packed)),
            "20261201010000_Archives", 1, s_from);
        Directory.CreateDirectory(data.File("archives"));
        await File.WriteAllBytesAsync(Path.Combine(data.File("archives"), manifest.Id + ".ndjson.zst"), packed, Cancel);
        await File.WriteAllTextAsync(Path.Combine(data.File("archives"), manifest.Id + ".json"), RetentionJson.Write(manifest), Cancel);
        await using var core = await CoreHost.StartAsync(new FakeTimeProvider(s_from.AddDays(8)), data.Path,
            services => services.AddSingleton<IErasedRows, Bob>());
        await core.WriteAsync(LineBatches.Of([new SessionLine("golden", new
        {
            type = "user", uuid = "g-1", timestamp = "2026-10-27T10:00:00Z", cwd = "/srv/new", message = new { content = "now" },
        })]));
        var restore = await RestoreAsync(core.Services.GetRequiredService<ArchiveShelf>(), manifest.Id);
        Assert.Equal((1, 2, 0), (restore.Rows, restore.LeftOut, restore.AlreadyThere));
        var messages = (await ExportsAsync(core))["messages"].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, messages.Length);
        Assert.Contains("hello from long ago", messages[0], StringComparison.Ordinal);
        Assert.Contains("\"userId\":\"ann\"", messages[0], StringComparison.Ordinal);
        Assert.Contains("\"conversationId\":\"golden\"", messages[0], StringComparison.Ordinal);
    }

    private sealed class Bob : IErasedRows
    {
        public bool Holds(string? user, string? session, string? project) => user == "bob";

        public int Since(DateTimeOffset at) => 0;
    }

    private static async Task<CoreHost> CorpusAsync(int seed, TimeProvider clock, string? data = null)
    {
        using var folder = new TempFolder();
        new CorpusWriter(seed).Write(folder.Path, 8, s_from, 6);
        var core = await CoreHost.StartAsync(clock, data);
        foreach (var file in Directory.GetFiles(folder.Path, "*.jsonl", SearchOption.AllDirectories)) await core.ReadAsync(file);
        await core.Services.GetRequiredService<RetentionPolicies>().PutAsync(RetentionDatasets.Defaults with
        {
            Policies = [new RetentionPolicy(RetentionDatasets.Raw, 4, null, [], null), new RetentionPolicy(RetentionDatasets.Texts, 2, null, [], null)],
        }, atOnce: true, Cancel);
        return core;
    }

    private static async Task<(RetentionPreview Preview, RetentionRun Run)> RunAsync(CoreHost core)
    {
        var runs = core.Services.GetRequiredService<RetentionRuns>();
        var preview = await runs.PreviewAsync(Cancel);
        var id = (await runs.RunAsync(preview.PlanId, false, "test", Cancel)).Id!.Value;
        RetentionRun? run = null;
        await Patience.UntilAsync(async () => (run = await runs.FindAsync(id, Cancel)) is { State: "done" or "failed" });
        return (preview, run!);
    }

    private static async Task<ArchiveRestore> RestoreAsync(ArchiveShelf shelf, string archive)
    {
        var (id, refusal, _) = await shelf.RestoreAsync(archive, 7, Cancel);
        Assert.Equal(RestoreRefusal.None, refusal);
        ArchiveRestore? restore = null;
        await Patience.UntilAsync(async () => (restore = await shelf.FindRestoreAsync(id!.Value, Cancel)) is { State: "done" or "failed" });
        Assert.True(restore is { State: "done", Progress: 1 }, restore!.Error);
        return restore;
    }

    /// <summary>Files of rows, as somebody takes them away.</summary>
    private static async Task<Dictionary<string, string>> ExportsAsync(CoreHost core)
    {
        var files = new Dictionary<string, string>();
        foreach (var dataset in new[] { "messages", "calls", "events" })
        {
            using var file = new MemoryStream();
            await Exporter.WriteAsync(
                Engines.Of(core.Services),
                new ExportRequest { Dataset = dataset, Query = Compare.Query(s_from.AddDays(-1), s_from.AddDays(20)), AskedAt = s_from },
                ExportFormats.Find("ndjson")!, file, Cancel);
            files[dataset] = Encoding.UTF8.GetString(file.ToArray());
        }
        return files;
    }
}
