using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite.Blocks;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The model as SQLite has it: items that come many at once are read from views over rows and blocks.</summary>
public sealed class SqliteObservatoryContext(DbContextOptions<SqliteObservatoryContext> options) : ObservatoryContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        RowsAndBlocks<ResponseEntity>(modelBuilder, ItemColumns.Responses);
        RowsAndBlocks<ToolCallEntity>(modelBuilder, ItemColumns.ToolCalls);
        RowsAndBlocks<EventEntity>(modelBuilder, ItemColumns.Events);
        modelBuilder.Entity<ItemBlockEntity>(e =>
        {
            e.ToTable("item_blocks");
            e.Property(x => x.Id).ValueGeneratedNever();
            e.HasIndex(x => new { x.Kind, x.MaxAt, x.MinAt });
        });
        modelBuilder.Entity<BlockConversationEntity>(e => e.ToTable("block_conversations").HasKey(x => new { x.ConversationId, x.BlockId }));
        modelBuilder.Entity<BlockHoleEntity>(e => { e.ToTable("block_holes"); e.Property(x => x.Id).ValueGeneratedNever(); });
    }

    private static void RowsAndBlocks<T>(ModelBuilder model, ItemColumns<T> columns) where T : ItemEntity, new() =>
        model.Entity<T>().ToTable(columns.Table).ToView(columns.View);
}

/// <summary>Hands out the SQLite context as the provider-neutral one.</summary>
internal sealed class SqliteContextFactory(IDbContextFactory<SqliteObservatoryContext> inner) : IDbContextFactory<ObservatoryContext>
{
    public ObservatoryContext CreateDbContext() => inner.CreateDbContext();
}

/// <summary>Lets the migration tool make a context.</summary>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteObservatoryContext>
{
    public SqliteObservatoryContext CreateDbContext(string[] args)
    {
        var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
        SqliteDatabase.Configure(builder, "Data Source=design.db");
        return new SqliteObservatoryContext(builder.Options);
    }
}
