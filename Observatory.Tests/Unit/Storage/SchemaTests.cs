using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core;
using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class SchemaTests
{
    /// <summary>Takes from a database what the migration of that name brought, but for the views.</summary>
    private const string WithoutOwners =
        "ALTER TABLE prompts DROP COLUMN OwnUserId; ALTER TABLE response_rows DROP COLUMN OwnUserId; ALTER TABLE tool_call_rows DROP COLUMN OwnUserId; " +
        "ALTER TABLE api_errors DROP COLUMN OwnUserId; ALTER TABLE marks DROP COLUMN OwnUserId; ALTER TABLE event_rows DROP COLUMN OwnUserId; " +
        "ALTER TABLE shared_items DROP COLUMN CopiedFromId; ALTER TABLE conversations DROP COLUMN FirstLineAt; ";

    private const string WithoutProjects =
        "ALTER TABLE prompts DROP COLUMN FolderId; ALTER TABLE response_rows DROP COLUMN FolderId; ALTER TABLE tool_call_rows DROP COLUMN FolderId; " +
        "ALTER TABLE api_errors DROP COLUMN FolderId; ALTER TABLE marks DROP COLUMN FolderId; ALTER TABLE event_rows DROP COLUMN FolderId; " +
        "ALTER TABLE conversations DROP COLUMN StartAt; ALTER TABLE conversations DROP COLUMN StartFolderId; " +
        "ALTER TABLE conversations DROP COLUMN StartRank; ALTER TABLE conversations DROP COLUMN WorktreeId; DROP TABLE worktrees; ";

    private const string WithoutRemoval =
        "DROP TABLE carries; DROP TABLE forgotten_keys; DROP TABLE gone_shared_items; DROP TABLE id_marks; DROP TABLE maintenance; ";

    /// <summary>As it was, so that what follows from points can be told to be missing.</summary>
    internal const string WithoutSeries =
        "DROP INDEX IX_points_run; ALTER TABLE points DROP COLUMN Gain; ALTER TABLE points DROP COLUMN IdentityId; " +
        "ALTER TABLE series DROP COLUMN Identities; ALTER TABLE series DROP COLUMN IsSummed; DROP TABLE identities; DROP TABLE series_tiers; ";

    private const string WithoutExports = "DROP TABLE exports; ";

    private const string WithoutSpans =
        "ALTER TABLE event_rows DROP COLUMN SpanKind; ALTER TABLE event_rows DROP COLUMN SpanGroup; ALTER TABLE event_rows DROP COLUMN SpanMs; " +
        "ALTER TABLE event_rows DROP COLUMN CountedMs; ALTER TABLE event_rows DROP COLUMN FirstTokenMs; ALTER TABLE event_rows DROP COLUMN ModelId; " +
        "ALTER TABLE event_rows DROP COLUMN ToolId; DROP TABLE gone_days; ";

    [Fact]
    public void New_databases_are_what_the_migrations_make()
    {
        using var db = new SqliteDesignTimeFactory().CreateDbContext([]);
        // Where it is not: Storage/README.md says how the script is written anew.
        Assert.Equal(Plain(db.GetService<IMigrator>().GenerateScript()), Plain(SqliteUpgrade.Schema));

        static string Plain(string script) => script.ReplaceLineEndings("\n").Trim();
    }

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using var db = new SqliteDesignTimeFactory().CreateDbContext([]);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Data_from_before_days_had_versions_counts_and_what_comes_after_it_is_seen()
    {
        using var temp = new TempFolder();
        var clock = new FakeTimeProvider(Fixture.End);
        var query = Compare.Query(Fixture.Start, Fixture.End);
        var cancel = TestContext.Current.CancellationToken;
        long before;
        await using (var core = await CoreHost.StartAsync(clock, temp.Path, (Fixture.Root, Fixture.Owner)))
        {
            await core.IdleAsync();
            before = (await core.Metrics.GetDashboardAsync(query, cancel)).Overview.TotalMessages;
            Assert.True(before > 0);
        }
        await using (var connection = new SqliteConnection($"Data Source={temp.File("observatory.db")};Pooling=False"))
        {
            await connection.OpenAsync(cancel);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "DROP VIEW responses; DROP VIEW tool_calls; DROP VIEW events; " + WithoutExports + WithoutSeries + WithoutSpans + WithoutOwners +
                WithoutProjects +
                "DROP TABLE item_blocks; DROP TABLE block_conversations; DROP TABLE block_holes; " +
                "ALTER TABLE response_rows RENAME TO responses; ALTER TABLE tool_call_rows RENAME TO tool_calls; ALTER TABLE event_rows RENAME TO events; " +
                "DROP TABLE days; " + WithoutRemoval + "DROP INDEX IX_responses_ConversationId_AgentId; " +
                "DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%_DayVersions' OR MigrationId LIKE '%_Blocks' " +
                "OR MigrationId LIKE '%_Owners' OR MigrationId LIKE '%_Projects' OR MigrationId LIKE '%_Removal' " +
                "OR MigrationId LIKE '%_Spans' OR MigrationId LIKE '%_Series' OR MigrationId LIKE '%_Exports';";
            await command.ExecuteNonQueryAsync(cancel);
        }
        await using var next = await CoreHost.StartAsync(clock, temp.Path);
        Assert.Single(Directory.GetFiles(temp.Path, "*.before-upgrade-*"));
        Assert.Equal(before, (await next.Metrics.GetDashboardAsync(query, cancel)).Overview.TotalMessages);
        await next.WriteAsync(LineBatches.Of([new SessionLine("new", new
        {
            type = "user", uuid = "new-1", timestamp = Fixture.Start.AddHours(30).UtcDateTime.ToString("O"), cwd = "/new", message = new { content = "hello" },
        })]));
        Assert.Equal(before + 1, (await next.Metrics.GetDashboardAsync(query, cancel)).Overview.TotalMessages);
    }

    [Theory]
    [InlineData("DROP TABLE runs", "the table runs")]
    [InlineData("DROP VIEW tool_calls", "the view tool_calls")]
    [InlineData("DROP TABLE runs; CREATE TABLE runs (Id INTEGER NOT NULL PRIMARY KEY, StartedAt INTEGER NOT NULL)", "the column LastBeatAt of the table runs")]
    [InlineData("DROP INDEX IX_api_keys_Hash", "the index IX_api_keys_Hash")]
    public async Task A_database_that_is_not_what_its_history_says_is_refused_with_what_it_lacks(string change, string missing)
    {
        using var temp = new TempFolder();
        await using (await CoreHost.StartAsync(null, temp.Path))
        {
        }
        await using (var connection = new SqliteConnection($"Data Source={temp.File("observatory.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = change;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CoreHost.StartAsync(null, temp.Path));
        Assert.Contains($"lacks {missing}:", refused.Message, StringComparison.Ordinal);
    }
}
