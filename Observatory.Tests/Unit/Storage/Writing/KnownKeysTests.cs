using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Writing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Writing;

public sealed class KnownKeysTests
{
    [Fact]
    public async Task A_key_is_new_once_over_transactions_restarts_and_equal_halves()
    {
        await using var core = await CoreHost.StartAsync();
        var database = core.Services.GetRequiredService<SqliteDatabase>();
        var run = 0UL;
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var (random, known) = (new Random(seed), new HashSet<EventKey>());
            // Each run has names of its own: the table stays.
            var own = ++run << 32;
            var tables = new WriterTables(database);
            var seen = Load(tables);
            for (var transaction = 0; transaction < 6; transaction++)
            {
                for (var n = random.Next(40); n > 0; n--)
                {
                    // So few that names come again, and that many share one half.
                    var key = new EventKey(own + (ulong)random.Next(6), own + (ulong)random.Next(20));
                    Assert.Equal(known.Contains(key), seen.Contains(key));
                    seen.Prefetch(key);
                    Assert.Equal(known.Add(key), seen.Add(key));
                }
                tables.Transaction.Want();
                var piece = seen.Take();
                tables.Transaction.End(() =>
                {
                    if (piece is { } taken) tables.Facts.SeenEvents.Write(taken.Piece, taken.Data);
                });
                if (random.Next(3) != 0) continue;
                tables.Dispose();
                tables = new WriterTables(database);
                seen = Load(tables);
            }
            Assert.All(known, key => Assert.True(seen.Contains(key)));
            Assert.False(seen.Contains(new EventKey(own + 7, own)));
            tables.Dispose();
        }, iter: 40, threads: 1);

        static KnownKeys Load(WriterTables tables)
        {
            var seen = new KnownKeys(tables.Facts.SeenEvents);
            seen.Load();
            return seen;
        }
    }
}
