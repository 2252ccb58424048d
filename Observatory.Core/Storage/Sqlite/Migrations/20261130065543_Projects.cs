using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Projects : Migration
    {
        private const string Responses =
            "Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, " +
            "IsVoid, Request, LastAt, ModelId, IsSidechain, IsAuxiliary, Input, Output, CacheWrite5m, CacheWrite1h, CacheRead, Cost, " +
            "SpeedId, TierId, RegionId, CacheWriteField, CacheWriteSplit5m, UncachedCost, Kind, CallId, OwnInput, OwnOutput, " +
            "OwnCacheWrite1h, OwnCacheRead, OwnModelId, OwnSpeedId, ClientCost, DurationMs, FirstTokenMs";

        private const string ToolCalls =
            "Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, " +
            "IsVoid, IsCalled, ToolId, ModelId, ResultAt, LastResultAt, IsError, ResultSize, Searches, Cost, StartedAgentId, TargetId, " +
            "OutputId, MeasuredMs";

        private const string Events =
            "Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, " +
            "IsVoid, TypeId, Data";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "tool_call_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "response_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "prompts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "marks",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "event_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "StartAt",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "StartFolderId",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "StartRank",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "WorktreeId",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "FolderId",
                table: "api_errors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "worktrees",
                columns: table => new
                {
                    FolderId = table.Column<int>(type: "INTEGER", nullable: false),
                    RepositoryId = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_worktrees", x => x.FolderId);
                });

            // What is stored is given its project in the background.
            migrationBuilder.Sql("UPDATE conversations SET StartRank = -1 WHERE ProjectId <> 0;");

            Views(migrationBuilder, ", FolderId");
        }

        /// <summary>Views name their columns: they are made anew. Blocks that are older than a column have none of it.</summary>
        private static void Views(MigrationBuilder migrationBuilder, string more)
        {
            migrationBuilder.Sql("DROP VIEW responses;");

            migrationBuilder.Sql("DROP VIEW tool_calls;");

            migrationBuilder.Sql("DROP VIEW events;");

            migrationBuilder.Sql(View("responses", "response_rows", "response_blocks", Responses, more));

            migrationBuilder.Sql(View("tool_calls", "tool_call_rows", "tool_call_blocks", ToolCalls, more));

            migrationBuilder.Sql(View("events", "event_rows", "event_blocks", Events, more));
        }

        private static string View(string name, string rows, string blocks, string columns, string more) =>
            $"CREATE VIEW {name} AS SELECT {columns}, OwnUserId{more} FROM {rows} UNION ALL SELECT {columns}, IFNULL(OwnUserId, 0){more} FROM {blocks};";

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            Views(migrationBuilder, "");

            migrationBuilder.DropTable(
                name: "worktrees");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "tool_call_rows");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "response_rows");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "prompts");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "marks");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "StartAt",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "StartFolderId",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "StartRank",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "WorktreeId",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "FolderId",
                table: "api_errors");
        }
    }
}
