using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Core.Exports.Jobs;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Files in the background across ends of the program, and what becomes of those whose time is over.</summary>
public sealed class ExportJobTests
{
    private static readonly ExportOwner s_ann = new("ann", new Asker("ann", UserRole.Admin), false);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_in_work_when_the_program_was_killed_is_made_by_the_next()
    {
        using var data = new TempFolder();
        var clock = new MovableClock();
        string id;
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            id = (await Jobs(core).AskAsync(s_ann, Tables.Request(), "csv", Cancel)).Id;
            await DoneAsync(core, id);
            // As a kill in the middle leaves it: half a file under its other name, and a row that says that it is in work.
            File.Move(data.File($"exports/{id}"), data.File($"exports/{id}.part"));
            Directory.CreateDirectory(data.File("exports/passing"));
            await File.WriteAllTextAsync(data.File("exports/passing/x.part"), "half", Cancel);
            await using var db = await core.OpenAsync();
            await db.Exports.ExecuteUpdateAsync(s => s.SetProperty(e => e.State, (int)ExportState.Running), Cancel);
        }
        await using var next = await CoreHost.StartAsync(clock, data.Path);
        var job = await DoneAsync(next, id);
        Assert.Equal(30 + 1, job.Rows);
        Assert.NotNull(Jobs(next).FileOf(job));
        Assert.Empty(Directory.EnumerateFiles(data.File("exports"), "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task One_that_ends_the_program_each_time_is_given_up()
    {
        using var data = new TempFolder();
        var clock = new MovableClock();
        string id;
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            id = (await Jobs(core).AskAsync(s_ann, Tables.Request(), "csv", Cancel)).Id;
            await DoneAsync(core, id);
            await using var db = await core.OpenAsync();
            await db.Exports.ExecuteUpdateAsync(s => s.SetProperty(e => e.State, (int)ExportState.Running).SetProperty(e => e.Tries, 3), Cancel);
        }
        await using var next = await CoreHost.StartAsync(clock, data.Path);
        ExportJob? job = null;
        await Patience.UntilAsync(async () => (job = await Jobs(next).FindAsync(s_ann, id, Cancel)) is { IsOpen: false });
        Assert.Equal((ExportState.Failed, true), (job!.State, job.Error!.Length > 10));
    }

    [Fact]
    public async Task A_file_whose_time_is_over_goes_and_so_does_the_memory_of_it()
    {
        using var data = new TempFolder();
        var clock = new MovableClock();
        string id;
        await using (var core = await CoreHost.StartAsync(clock, data.Path))
        {
            id = (await Jobs(core).AskAsync(s_ann, Tables.Request(), "json", Cancel)).Id;
            var job = await DoneAsync(core, id);
            Assert.True(File.Exists(data.File($"exports/{id}")));
            clock.Advance(TimeSpan.FromDays(7) + Patience.Usual);
            Assert.Equal(ExportState.Expired, (await Jobs(core).FindAsync(s_ann, id, Cancel))!.State);
            Assert.Null(Jobs(core).FileOf((await Jobs(core).FindAsync(s_ann, id, Cancel))!));
            await Jobs(core).ExpireAsync(TimeSpan.FromDays(30), Cancel);
            Assert.False(File.Exists(data.File($"exports/{id}")));
            Assert.Equal(job.Rows, (await Jobs(core).FindAsync(s_ann, id, Cancel))!.Rows);
            clock.Advance(TimeSpan.FromDays(31));
            await Jobs(core).ExpireAsync(TimeSpan.FromDays(30), Cancel);
            Assert.Null(await Jobs(core).FindAsync(s_ann, id, Cancel));
        }
    }

    [Fact]
    public async Task Cancelling_stops_the_work_and_what_ends_afterwards_is_not_kept()
    {
        await using var core = await CoreHost.StartAsync(null, null, services => services.Remove(services.Single(s =>
            s.ImplementationType == typeof(ExportService))));
        var jobs = Jobs(core);
        var id = (await jobs.AskAsync(s_ann, Tables.Request(), "csv", Cancel)).Id;
        var (job, _, run) = (await jobs.BeginAsync(Cancel))!.Value;
        Assert.Equal((id, ExportState.Running), (job.Id, (await jobs.FindAsync(s_ann, id, Cancel))!.State));
        Assert.Null(await jobs.BeginAsync(Cancel));
        Assert.True(await jobs.RemoveAsync(s_ann, id, Cancel));
        Assert.True(run.Cancelled.IsCancellationRequested);
        Assert.False(await jobs.EndAsync(id, 1, 1, null, TimeSpan.FromDays(7), Cancel));
        Assert.Equal(ExportState.Cancelled, (await jobs.FindAsync(s_ann, id, Cancel))!.State);
        // Before it is begun there is nothing to stop.
        var waiting = (await jobs.AskAsync(s_ann, Tables.Request(), "csv", Cancel)).Id;
        Assert.True(await jobs.RemoveAsync(s_ann, waiting, Cancel));
        Assert.Null(await jobs.FindAsync(s_ann, waiting, Cancel));
        Assert.Null(await jobs.BeginAsync(Cancel));
    }

    private static async Task<ExportJob> DoneAsync(CoreHost core, string id)
    {
        ExportJob? job = null;
        await Patience.UntilAsync(async () => (job = await Jobs(core).FindAsync(s_ann, id, Cancel)) is { IsOpen: false });
        Assert.Equal((ExportState.Done, null), (job!.State, job.Error));
        return job;
    }

    private static ExportJobs Jobs(CoreHost core) => core.Services.GetRequiredService<ExportJobs>();
}
