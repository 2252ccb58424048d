using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Sources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "IsVoid",
                table: "tool_calls",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "MeasuredMs",
                table: "tool_calls",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Origin",
                table: "tool_calls",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "CallId",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "ClientCost",
                table: "responses",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DurationMs",
                table: "responses",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FirstTokenMs",
                table: "responses",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsVoid",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Kind",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Origin",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "OwnCacheRead",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "OwnCacheWrite1h",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "OwnInput",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "OwnModelId",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "OwnOutput",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "OwnSpeedId",
                table: "responses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsVoid",
                table: "prompts",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Origin",
                table: "prompts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsVoid",
                table: "marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Origin",
                table: "marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Given",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "UserAt",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "UserRank",
                table: "conversations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Attempts",
                table: "api_errors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsVoid",
                table: "api_errors",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Origin",
                table: "api_errors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "aliases",
                columns: table => new
                {
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    CanonicalId = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_aliases", x => x.UserId);
                });

            migrationBuilder.CreateTable(
                name: "dead_letters",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Source = table.Column<int>(type: "INTEGER", nullable: false),
                    EventId = table.Column<string>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: true),
                    User = table.Column<string>(type: "TEXT", nullable: true),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dead_letters", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    TypeId = table.Column<int>(type: "INTEGER", nullable: false),
                    Data = table.Column<string>(type: "TEXT", nullable: true),
                    KeyHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    KeyLow = table.Column<long>(type: "INTEGER", nullable: false),
                    ConversationId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    ProjectId = table.Column<int>(type: "INTEGER", nullable: false),
                    BranchId = table.Column<int>(type: "INTEGER", nullable: false),
                    VersionId = table.Column<int>(type: "INTEGER", nullable: false),
                    Origin = table.Column<int>(type: "INTEGER", nullable: false),
                    IsVoid = table.Column<bool>(type: "INTEGER", nullable: false),
                    Sources = table.Column<int>(type: "INTEGER", nullable: false),
                    AgentId = table.Column<int>(type: "INTEGER", nullable: false),
                    RequestRef = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_events", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "points",
                columns: table => new
                {
                    SeriesId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Key = table.Column<long>(type: "INTEGER", nullable: false),
                    StartAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Value = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_points", x => new { x.SeriesId, x.At, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "seen_events",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Data = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_seen_events", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "series",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    MetricId = table.Column<int>(type: "INTEGER", nullable: false),
                    Source = table.Column<int>(type: "INTEGER", nullable: false),
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    Tags = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_series", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_events_At",
                table: "events",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_events_ConversationId",
                table: "events",
                column: "ConversationId");

            migrationBuilder.CreateIndex(
                name: "IX_series_MetricId",
                table: "series",
                column: "MetricId");

            // What is stored so far came from transcripts or is demo data (source bit 5).
            foreach (var table in new[] { "prompts", "responses", "tool_calls", "api_errors", "marks" })
            {
                migrationBuilder.Sql($"UPDATE {table} SET Origin = CASE WHEN (Sources & 32) <> 0 THEN 5 ELSE 1 END;");
            }
            migrationBuilder.Sql("UPDATE responses SET Kind = 1, OwnInput = Input, OwnOutput = Output, OwnCacheWrite1h = CacheWrite1h, OwnCacheRead = CacheRead, OwnModelId = ModelId, OwnSpeedId = SpeedId;");
            migrationBuilder.Sql("UPDATE api_errors SET Attempts = 1;");
            migrationBuilder.Sql("UPDATE conversations SET UserRank = 2, UserAt = 9223372036854775807, Given = CASE WHEN Id IN (SELECT ConversationId FROM api_errors) THEN 3 ELSE 1 END;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "aliases");

            migrationBuilder.DropTable(
                name: "dead_letters");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "points");

            migrationBuilder.DropTable(
                name: "seen_events");

            migrationBuilder.DropTable(
                name: "series");

            migrationBuilder.DropColumn(
                name: "IsVoid",
                table: "tool_calls");

            migrationBuilder.DropColumn(
                name: "MeasuredMs",
                table: "tool_calls");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "tool_calls");

            migrationBuilder.DropColumn(
                name: "CallId",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "ClientCost",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "DurationMs",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "FirstTokenMs",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "IsVoid",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnCacheRead",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnCacheWrite1h",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnInput",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnModelId",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnOutput",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "OwnSpeedId",
                table: "responses");

            migrationBuilder.DropColumn(
                name: "IsVoid",
                table: "prompts");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "prompts");

            migrationBuilder.DropColumn(
                name: "IsVoid",
                table: "marks");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "marks");

            migrationBuilder.DropColumn(
                name: "Given",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "UserAt",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "UserRank",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "Attempts",
                table: "api_errors");

            migrationBuilder.DropColumn(
                name: "IsVoid",
                table: "api_errors");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "api_errors");
        }
    }
}
