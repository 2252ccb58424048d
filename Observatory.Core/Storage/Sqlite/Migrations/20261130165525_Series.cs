using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Observatory.Core.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Series : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Identities",
                table: "series",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "IsSummed",
                table: "series",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<double>(
                name: "Gain",
                table: "points",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<int>(
                name: "IdentityId",
                table: "points",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "identities",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Hash = table.Column<long>(type: "INTEGER", nullable: false),
                    Tags = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_identities", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "series_tiers",
                columns: table => new
                {
                    SeriesId = table.Column<int>(type: "INTEGER", nullable: false),
                    Tier = table.Column<int>(type: "INTEGER", nullable: false),
                    Bucket = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Sum = table.Column<double>(type: "REAL", nullable: false),
                    Min = table.Column<double>(type: "REAL", nullable: false),
                    Max = table.Column<double>(type: "REAL", nullable: false),
                    Bins = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_series_tiers", x => new { x.SeriesId, x.Tier, x.Bucket });
                });

            migrationBuilder.CreateIndex(
                name: "IX_points_run",
                table: "points",
                columns: new[] { "SeriesId", "IdentityId", "StartAt", "At" },
                filter: "\"StartAt\" <> 0");

            migrationBuilder.CreateIndex(
                name: "IX_identities_Hash",
                table: "identities",
                column: "Hash");

            // A running total counts by its growth since the point before it.
            migrationBuilder.Sql(
                "UPDATE points SET Gain = CASE WHEN r.Growth >= 0 THEN r.Growth ELSE r.Value END FROM (SELECT SeriesId, At, Key, Value, CASE WHEN StartAt = 0 " +
                "THEN NULL ELSE Value - LAG(Value) OVER (PARTITION BY SeriesId, StartAt ORDER BY At, Key) END AS Growth FROM points) AS r " +
                "WHERE r.SeriesId = points.SeriesId AND r.At = points.At AND r.Key = points.Key;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "identities");

            migrationBuilder.DropTable(
                name: "series_tiers");

            migrationBuilder.DropIndex(
                name: "IX_points_run",
                table: "points");

            migrationBuilder.DropColumn(
                name: "Identities",
                table: "series");

            migrationBuilder.DropColumn(
                name: "IsSummed",
                table: "series");

            migrationBuilder.DropColumn(
                name: "Gain",
                table: "points");

            migrationBuilder.DropColumn(
                name: "IdentityId",
                table: "points");
        }
    }
}
