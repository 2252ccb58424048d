using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Blocks : Migration
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
            migrationBuilder.RenameTable(
                name: "tool_calls",
                newName: "tool_call_rows");

            migrationBuilder.RenameTable(
                name: "responses",
                newName: "response_rows");

            migrationBuilder.RenameTable(
                name: "events",
                newName: "event_rows");

            migrationBuilder.CreateTable(
                name: "block_conversations",
                columns: table => new
                {
                    ConversationId = table.Column<int>(type: "INTEGER", nullable: false),
                    BlockId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_block_conversations", x => new { x.ConversationId, x.BlockId });
                });

            migrationBuilder.CreateTable(
                name: "block_holes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_block_holes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "item_blocks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    MinAt = table.Column<long>(type: "INTEGER", nullable: false),
                    MaxAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_item_blocks", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_item_blocks_Kind_MaxAt_MinAt",
                table: "item_blocks",
                columns: new[] { "Kind", "MaxAt", "MinAt" });

            // What is read is both, under the name that the rows had. The tables of blocks are no tables: each connection knows them from the program.
            migrationBuilder.Sql(View("responses", "response_rows", "response_blocks", Responses));

            migrationBuilder.Sql(View("tool_calls", "tool_call_rows", "tool_call_blocks", ToolCalls));

            migrationBuilder.Sql(View("events", "event_rows", "event_blocks", Events));
        }

        private static string View(string name, string rows, string blocks, string columns) =>
            $"CREATE VIEW {name} AS SELECT {columns} FROM {rows} UNION ALL SELECT {columns} FROM {blocks};";

        private static string Unfold(string rows, string blocks, string columns) => $"INSERT INTO {rows} ({columns}) SELECT {columns} FROM {blocks};";

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Unfold("response_rows", "response_blocks", Responses));

            migrationBuilder.Sql("DROP VIEW responses;");

            migrationBuilder.Sql(Unfold("tool_call_rows", "tool_call_blocks", ToolCalls));

            migrationBuilder.Sql("DROP VIEW tool_calls;");

            migrationBuilder.Sql(Unfold("event_rows", "event_blocks", Events));

            migrationBuilder.Sql("DROP VIEW events;");

            migrationBuilder.DropTable(
                name: "block_conversations");

            migrationBuilder.DropTable(
                name: "block_holes");

            migrationBuilder.DropTable(
                name: "item_blocks");

            migrationBuilder.RenameTable(
                name: "tool_call_rows",
                newName: "tool_calls");

            migrationBuilder.RenameTable(
                name: "response_rows",
                newName: "responses");

            migrationBuilder.RenameTable(
                name: "event_rows",
                newName: "events");

        }
    }
}
