using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Archives : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "restored_rows",
                columns: table => new
                {
                    Store = table.Column<int>(type: "INTEGER", nullable: false),
                    KeyHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    KeyLow = table.Column<long>(type: "INTEGER", nullable: false),
                    RowId = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    ConversationId = table.Column<int>(type: "INTEGER", nullable: false),
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    ProjectId = table.Column<int>(type: "INTEGER", nullable: false),
                    ModelId = table.Column<int>(type: "INTEGER", nullable: false),
                    Sources = table.Column<int>(type: "INTEGER", nullable: false),
                    IsVoid = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsMessage = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsCall = table.Column<bool>(type: "INTEGER", nullable: false),
                    TextId = table.Column<int>(type: "INTEGER", nullable: true),
                    Input = table.Column<long>(type: "INTEGER", nullable: false),
                    Output = table.Column<long>(type: "INTEGER", nullable: false),
                    CacheWrite = table.Column<long>(type: "INTEGER", nullable: false),
                    CacheRead = table.Column<long>(type: "INTEGER", nullable: false),
                    Cost = table.Column<long>(type: "INTEGER", nullable: true),
                    CacheWrite1h = table.Column<long>(type: "INTEGER", nullable: true),
                    SpeedId = table.Column<int>(type: "INTEGER", nullable: false),
                    TierId = table.Column<int>(type: "INTEGER", nullable: false),
                    RegionId = table.Column<int>(type: "INTEGER", nullable: false),
                    TypeId = table.Column<int>(type: "INTEGER", nullable: false),
                    Data = table.Column<string>(type: "TEXT", nullable: true),
                    KeepUntil = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_restored_rows", x => new { x.Store, x.KeyHigh, x.KeyLow });
                });

            migrationBuilder.CreateTable(
                name: "restored_texts",
                columns: table => new
                {
                    TextId = table.Column<int>(type: "INTEGER", nullable: false),
                    Body = table.Column<string>(type: "TEXT", nullable: false),
                    KeepUntil = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_restored_texts", x => x.TextId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_restored_rows_At",
                table: "restored_rows",
                column: "At");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "restored_rows");

            migrationBuilder.DropTable(
                name: "restored_texts");
        }
    }
}
