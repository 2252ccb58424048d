using CsCheck;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Writing;
using Observatory.Core.Storage.Writing.Keys;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Writing.Keys;

/// <summary>What is known is what was committed, however often it was sealed, merged, failed and read back.</summary>
public sealed class KeyStoreTests
{
    /// <summary>So few that each run has sets of several levels.</summary>
    private const int InMemory = 7;

    [Fact]
    public async Task Keys_and_their_values_are_those_of_a_dictionary_over_transactions_failures_and_restarts()
    {
        await using var core = await CoreHost.StartAsync();
        var database = core.Services.GetRequiredService<SqliteDatabase>();
        database.KeysInMemory = InMemory;
        var (run, sets, levels, failures) = (0UL, 0, 0, 0);
        Gen.Int[0, int.MaxValue].Sample(seed =>
        {
            var (random, known, rig) = (new Random(seed), new Dictionary<ulong, List<uint>>(), new Rig(database));
            // Each run has keys of its own: the tables stay.
            var own = ++run << 32;
            for (var transaction = 0; transaction < 30; transaction++)
            {
                var running = known.ToDictionary(k => k.Key, k => k.Value.ToList());
                for (var n = random.Next(random.Next(4) == 0 ? 30 : 4); n > 0; n--)
                {
                    // So few that keys come again with other values, and more often than a page or a set of them holds.
                    var (key, value) = (own + (ulong)random.Next(1, 12), (uint)random.Next(1_000_000));
                    Assert.Equal(running.GetValueOrDefault(key, []).Order(), rig.Find(key));
                    if (running.GetValueOrDefault(key, []).Contains(value)) continue;
                    rig.Map.Add(key, value);
                    if (!running.TryGetValue(key, out var values)) running[key] = values = [];
                    values.Add(value);
                }
                if (random.Next(8) == 0)
                {
                    rig.Fail();
                    failures++;
                    rig = new Rig(database);
                }
                else
                {
                    rig.Commit();
                    known = running;
                    (sets, levels) = (Math.Max(sets, rig.Map.Sets.Count), Math.Max(levels, rig.Map.Sets.Select(s => s.Level).DefaultIfEmpty().Max()));
                    if (random.Next(8) == 0)
                    {
                        rig.Dispose();
                        rig = new Rig(database);
                    }
                }
            }
            for (var key = own; key < own + 13; key++)
            {
                Assert.Equal(known.GetValueOrDefault(key, []).Order(), rig.Find(key));
                Assert.All(known.GetValueOrDefault(key, []), value => Assert.True(rig.Map.Contains(key, value)));
                Assert.False(rig.Map.Contains(key, 2_000_000));
            }
            rig.Dispose();
        }, iter: 6, threads: 1);
        Assert.True(sets > 2 && levels > 0 && failures > 5, $"{sets} sets, {levels} levels, {failures} failures were met");
    }

    [Fact]
    public async Task A_name_of_an_event_is_new_once_by_both_of_its_halves()
    {
        await using var core = await CoreHost.StartAsync();
        var database = core.Services.GetRequiredService<SqliteDatabase>();
        database.KeysInMemory = InMemory;
        var (random, known, rig) = (new Random(5), new HashSet<EventKey>(), new Rig(database));
        for (var transaction = 0; transaction < 30; transaction++)
        {
            for (var n = random.Next(20); n > 0; n--)
            {
                // So few that names come again, and that many share one half.
                var key = new EventKey((ulong)random.Next(20), (ulong)random.Next(1, 40));
                Assert.Equal(known.Contains(key), rig.Seen.Contains(key));
                rig.Seen.Prefetch(key);
                Assert.Equal(known.Add(key), rig.Seen.Add(key));
            }
            rig.Commit();
            if (random.Next(4) != 0) continue;
            rig.Dispose();
            rig = new Rig(database);
        }
        Assert.All(known, key => Assert.True(rig.Seen.Contains(key)));
        Assert.False(rig.Seen.Contains(new EventKey(21, 1)));
        rig.Dispose();
    }

    [Fact]
    public async Task Sets_stay_few_and_nothing_is_left_of_those_that_were_merged()
    {
        await using var core = await CoreHost.StartAsync();
        var database = core.Services.GetRequiredService<SqliteDatabase>();
        database.KeysInMemory = InMemory;
        var rig = new Rig(database);
        for (var key = 1UL; key <= 3_000; key++)
        {
            rig.Cut.Add(key * 0x9E3779B97F4A7C15UL, (uint)key);
            if (key % 12 == 0) rig.Commit();
        }
        // What is begun is ended, and what is left deleted, by transactions that add nothing.
        for (var i = 0; i < 40; i++) rig.Commit();
        // 250 sets of 12: at most seven of each level.
        Assert.InRange(rig.Cut.Sets.Count, 1, 3 * (KeyUpkeep.FanOut - 1));
        Assert.Contains(rig.Cut.Sets, set => set.Level == 2);
        Assert.Equal(rig.Cut.Sets.Count, Number(database, "SELECT COUNT(*) FROM key_sets"));
        Assert.Equal(0, Number(database, "SELECT COUNT(*) FROM key_pages WHERE SetId NOT IN (SELECT Id FROM key_sets)"));
        Assert.Equal(3_000, rig.Cut.Sets.Sum(s => s.Count) + rig.Cut.Entries.Count);
        for (var key = 1UL; key <= 3_000; key++) Assert.Equal([(uint)key], rig.Find(rig.Cut, key * 0x9E3779B97F4A7C15UL));
        rig.Dispose();
    }

    [Fact]
    public async Task A_page_that_is_damaged_is_an_error_and_never_an_unknown_key()
    {
        await using var core = await CoreHost.StartAsync();
        var database = core.Services.GetRequiredService<SqliteDatabase>();
        database.KeysInMemory = InMemory;
        using (var rig = new Rig(database))
        {
            for (var key = 1U; key <= 10; key++) rig.Map.Add(key, key);
            rig.Commit();
        }
        Number(database, "UPDATE key_pages SET Data = zeroblob(length(Data)) RETURNING 1");
        using var later = new Rig(database);
        Assert.Throws<InvalidDataException>(() => later.Find(5));
        var faults = await core.Services.GetRequiredService<IStoreCheck>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Contains("page of keys", Assert.Single(faults), StringComparison.Ordinal);
    }

    private static long Number(SqliteDatabase database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The writer's keys over a connection of their own.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly WriterTables _tables;
        private readonly KeyStore _store;
        private readonly List<uint> _values = [];

        public Rig(SqliteDatabase database)
        {
            _tables = new WriterTables(database);
            _store = new KeyStore(_tables.Keys, _tables.Transaction);
            _store.Load();
            Seen = new KnownKeys(_store[KeyKind.SeenEvents]);
        }

        /// <summary>Of whole keys.</summary>
        public KeyMap Map => _store[KeyKind.Lines];

        /// <summary>Of keys that rows know better.</summary>
        public KeyMap Cut => _store[KeyKind.Requests];

        public KnownKeys Seen { get; }

        public IEnumerable<uint> Find(ulong key) => Find(Map, key);

        public IEnumerable<uint> Find(KeyMap map, ulong key)
        {
            map.Prefetch(key);
            map.Find(key, _values);
            return _values.Order();
        }

        public void Commit()
        {
            var writes = Take();
            _tables.Transaction.End(() => writes.Write(_tables.Keys));
        }

        /// <summary>All is written and the commit fails: the memory is as worthless as after a kill.</summary>
        public void Fail()
        {
            var writes = Take();
            Assert.Throws<IOException>(() => _tables.Transaction.End(() =>
            {
                writes.Write(_tables.Keys);
                throw new IOException("The disk is full.");
            }));
            Dispose();
        }

        public void Dispose() => _tables.Dispose();

        private KeyWrites Take()
        {
            _tables.Transaction.Want();
            return _store.Take();
        }
    }
}
