using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class DayVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "days",
                columns: table => new
                {
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_days", x => x.Day);
                });

            migrationBuilder.CreateIndex(
                name: "IX_responses_ConversationId_AgentId",
                table: "responses",
                columns: new[] { "ConversationId", "AgentId" },
                filter: "\"AgentId\" <> 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "days");

            migrationBuilder.DropIndex(
                name: "IX_responses_ConversationId_AgentId",
                table: "responses");
        }
    }
}
