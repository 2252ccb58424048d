using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Tests.Support;
using Observatory.Web.Jobs;
using SQLite;
using Xunit;

namespace Observatory.Tests.Unit.Jobs;

/// <summary>The jobs' file may be anything at a start: it is used, made anew, or waited for.</summary>
public sealed class JobStoreTests
{
    [Theory]
    [InlineData("no database at all, only words that somebody put there, long enough to look like a page")]
    [InlineData("")]
    [InlineData(null)]
    public void One_that_is_missing_empty_or_damaged_is_made_anew(string? content)
    {
        using var temp = new TempFolder();
        var path = temp.File("jobs.db");
        if (content is not null) File.WriteAllText(path, content);
        using var store = new JobStore(path, NullLogger<JobStore>.Instance) { Patience = TimeSpan.Zero };
        Assert.Throws<JobsNotReadyException>(store.GetMonitoringApi);
        store.Open();
        Assert.Equal(0, store.GetMonitoringApi().GetStatistics().Enqueued);
        Assert.True(store.IsThere);
    }

    [Fact]
    public void One_that_somebody_holds_is_not_taken_for_damaged()
    {
        using var temp = new TempFolder();
        var path = temp.File("jobs.db");
        using (var first = new JobStore(path, NullLogger<JobStore>.Instance) { Patience = TimeSpan.Zero }) first.Open();
        using var other = new SQLiteConnection(path);
        other.Execute("BEGIN EXCLUSIVE");
        using var store = new JobStore(path, NullLogger<JobStore>.Instance) { Patience = TimeSpan.Zero };
        Assert.Equal(SQLite3.Result.Busy, Assert.Throws<SQLiteException>(store.Open).Result);
        other.Execute("ROLLBACK");
        store.Open();
        Assert.True(store.IsOpen);
    }
}
