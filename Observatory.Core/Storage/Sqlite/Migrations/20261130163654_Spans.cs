using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Spans : Migration
    {
        private const string Columns =
            "Id, KeyHigh, KeyLow, ConversationId, At, UserId, ProjectId, BranchId, VersionId, Sources, AgentId, RequestRef, Origin, " +
            "IsVoid, TypeId, Data";

        private const string More = ", SpanMs, CountedMs, FirstTokenMs";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "CountedMs",
                table: "event_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FirstTokenMs",
                table: "event_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ModelId",
                table: "event_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "SpanGroup",
                table: "event_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "SpanKind",
                table: "event_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "SpanMs",
                table: "event_rows",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ToolId",
                table: "event_rows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "gone_days",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gone_days", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_gone_days_Day",
                table: "gone_days",
                column: "Day");

            // The view names its columns: it is made anew. Blocks that are older than a column have none of it.
            migrationBuilder.Sql("DROP VIEW events;");

            migrationBuilder.Sql(
                $"CREATE VIEW events AS SELECT {Columns}, OwnUserId, FolderId, SpanKind, SpanGroup, ModelId, ToolId{More} FROM event_rows UNION ALL " +
                $"SELECT {Columns}, IFNULL(OwnUserId, 0), FolderId, IFNULL(SpanKind, 0), IFNULL(SpanGroup, 0), IFNULL(ModelId, 0), IFNULL(ToolId, 0){More} " +
                "FROM event_blocks;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP VIEW events;");

            migrationBuilder.Sql(
                $"CREATE VIEW events AS SELECT {Columns}, OwnUserId, FolderId FROM event_rows UNION ALL " +
                $"SELECT {Columns}, IFNULL(OwnUserId, 0), FolderId FROM event_blocks;");

            migrationBuilder.DropTable(
                name: "gone_days");

            migrationBuilder.DropColumn(
                name: "CountedMs",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "FirstTokenMs",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "ModelId",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "SpanGroup",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "SpanKind",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "SpanMs",
                table: "event_rows");

            migrationBuilder.DropColumn(
                name: "ToolId",
                table: "event_rows");
        }
    }
}
