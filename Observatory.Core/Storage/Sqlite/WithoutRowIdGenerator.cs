using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Makes tables that are only ever reached by their compound key WITHOUT ROWID: one b-tree instead of two, which is what the
/// upserts of the roll-ups touch most.
/// </summary>
#pragma warning disable EF1001 // The SQLite generator's constructor takes an internal options type; there is no public seam.
internal sealed class WithoutRowIdGenerator(MigrationsSqlGeneratorDependencies dependencies, IRelationalAnnotationProvider annotations)
    : SqliteMigrationsSqlGenerator(dependencies, annotations)
{
    private static readonly HashSet<string> s_tables = ["quarters", "hours", "tool_quarters", "sketches", "shared_lines", "shared_items",
        "gone_shared_items", "agents", "points", "block_conversations", "series_tiers"];

    protected override void Generate(CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        base.Generate(operation, model, builder, terminate: false);
        if (s_tables.Contains(operation.Name)) builder.Append(" WITHOUT ROWID");
        if (!terminate) return;
        builder.AppendLine(Dependencies.SqlGenerationHelper.StatementTerminator);
        EndStatement(builder);
    }
}
