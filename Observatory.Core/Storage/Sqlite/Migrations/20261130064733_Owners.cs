using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Owners : Migration
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
                name: "OwnUserId",
                table: "tool_call_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "CopiedFromId",
                table: "shared_items",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OwnUserId",
                table: "response_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OwnUserId",
                table: "prompts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OwnUserId",
                table: "marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OwnUserId",
                table: "event_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OwnUserId",
                table: "api_errors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "FirstLineAt",
                table: "conversations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.Sql(View("responses", "response_rows", "response_blocks", Responses));

            migrationBuilder.Sql(View("tool_calls", "tool_call_rows", "tool_call_blocks", ToolCalls));

            migrationBuilder.Sql(View("events", "event_rows", "event_blocks", Events));

            // What lines say of where they come from was not kept: all files are read once more, which adds nothing.
            migrationBuilder.Sql("DELETE FROM files;");

            migrationBuilder.Sql("UPDATE drift SET Lines = 0;");
        }

        /// <summary>Blocks that were made before have no such column.</summary>
        private static string View(string name, string rows, string blocks, string columns) =>
            $"DROP VIEW {name}; CREATE VIEW {name} AS SELECT {columns}, OwnUserId FROM {rows} UNION ALL SELECT {columns}, IFNULL(OwnUserId, 0) FROM {blocks};";

        private static string Before(string name, string rows, string blocks, string columns) =>
            $"DROP VIEW {name}; CREATE VIEW {name} AS SELECT {columns} FROM {rows} UNION ALL SELECT {columns} FROM {blocks};";

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Before("responses", "response_rows", "response_blocks", Responses));

            migrationBuilder.Sql(Before("tool_calls", "tool_call_rows", "tool_call_blocks", ToolCalls));

            migrationBuilder.Sql(Before("events", "event_rows", "event_blocks", Events));

            migrationBuilder.DropColumn(
                name: "FirstLineAt",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "tool_call_rows");

            migrationBuilder.DropColumn(
                name: "CopiedFromId",
                table: "shared_items");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "response_rows");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "prompts");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "marks");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "OwnUserId",
                table: "api_errors");
        }
    }
}
