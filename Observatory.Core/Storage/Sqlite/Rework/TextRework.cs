using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Observatory.Core.Privacy;
using Observatory.Core.Privacy.Own;
using Observatory.Core.Storage.Rework;
using Observatory.Core.Storage.Writing;
using SQLitePCL;

namespace Observatory.Core.Storage.Sqlite.Rework;

/// <summary>
/// Goes over the stages one after the other, a few hundred rows at a time, and rests as long as it worked. It looks at rows beside everybody, writes
/// in a turn of its own, and changes what the writer keeps in memory only while that stands still.
/// </summary>
internal sealed class TextRework(
    SqliteDatabase database, EventWriter writer, ObservatoryOptions options, NameChanges names, OwnRules own, TimeProvider clock,
    ILogger<TextRework> log) : IStoredTexts
{
    /// <summary>Changes of one transaction, and of one standstill of the writer, which reads its memory anew behind it.</summary>
    private const int ChangesAtOnce = 500, ChangesOfStandstill = 5_000;

    private static readonly TimeSpan s_longestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_note = TimeSpan.FromSeconds(1);

    private readonly string _placeFile = database.Path + ".rework";

    public ReworkFigures Figures { get; } = new();

    /// <summary>Before anything is stored: what comes in from now on is kept by today's setting, which may be laxer than that of what is there.</summary>
    public static void Begin(SqliteDatabase database, ContentMode mode)
    {
        using var connection = database.Open();
        var mark = ReadMark(connection);
        var today = ReworkMark.Of(mode);
        // Where nothing is stored yet, nothing is of an earlier time.
        var both = IsEmpty(connection) ? today : mark.With(today);
        if (both != mark) WriteMark(database, connection, both);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        var wanted = ReworkMark.Of(options.Privacy.Content);
        using var connection = Open();
        var mark = ReadMark(connection);
        if (mark.Satisfies(wanted))
        {
            Figures.Now = new ReworkProgress(ReworkState.Done, 0, 0, 0, null, null);
            return;
        }
        var place = Continue(connection, mark, wanted);
        var rules = new ContentRules(options.Privacy.Content, new Redactor(), own);
        var counts = ReworkStages.All.Select(s => s.Count(connection)).ToList();
        var started = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Figures.Now = new ReworkProgress(ReworkState.Running, place.Looked, Math.Max(place.Looked, counts.Sum()), place.Changed, started, null);
        var first = ReworkStages.All.ToList().FindIndex(s => s.Name == place.Stage);
        for (var i = Math.Max(0, first); i < ReworkStages.All.Count; i++)
        {
            if (i != first) place = place with { Stage = ReworkStages.All[i].Name, After = long.MinValue };
            place = await RunAsync(ReworkStages.All[i], place, rules, connection, cancel).ConfigureAwait(false);
            // What is told of the whole holds when a kind is done, gaps in its numbers included.
            place = place with { Looked = Math.Max(place.Looked, counts.Take(i + 1).Sum()) };
        }
        await EndAsync(connection, place, wanted, started, cancel).ConfigureAwait(false);
    }

    private async Task<ReworkPlace> RunAsync(ReworkStage stage, ReworkPlace place, ContentRules rules, SqliteConnection connection, CancellationToken cancel)
    {
        var (keys, after, noted) = (new List<long>(), place.After, clock.GetTimestamp());
        var (most, looked) = (stage.IsExclusive ? ChangesOfStandstill : ChangesAtOnce, place.Looked);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            database.Guard.Check();
            var began = Stopwatch.GetTimestamp();
            var look = stage.Find(connection, after, rules);
            keys.AddRange(look.Keys);
            looked += look.Looked;
            after = look.Last ?? after;
            if (keys.Count >= most || look.Last is null && keys.Count > 0)
            {
                place = place with { Changed = place.Changed + await ChangeAsync(stage, keys, rules, connection, cancel).ConfigureAwait(false) };
                keys.Clear();
            }
            if (keys.Count == 0)
            {
                place = place with { After = after, Looked = looked };
                if (look.Last is null || clock.GetElapsedTime(noted) >= s_note)
                {
                    place.Write(_placeFile);
                    noted = clock.GetTimestamp();
                }
            }
            Figures.Now = Figures.Now with { Looked = looked, Total = Math.Max(Figures.Now.Total, looked), Changed = place.Changed };
            if (look.Last is null) return place;
            var rest = Stopwatch.GetElapsedTime(began);
            await Task.Delay(rest < s_longestRest ? rest : s_longestRest, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<int> ChangeAsync(ReworkStage stage, List<long> keys, ContentRules rules, SqliteConnection connection, CancellationToken cancel)
    {
        var changed = 0;
        void Work() => changed = Write(connection, () => stage.Change(connection, keys, rules));
        if (!stage.IsExclusive) Work();
        else
        {
            await writer.StandStillAsync(Work, cancel).ConfigureAwait(false);
            names.Raise();
        }
        return changed;
    }

    private T Write<T>(SqliteConnection connection, Func<T> work)
    {
        using var turn = database.Turns.Take();
        using var transaction = connection.BeginTransaction(deferred: false);
        var result = work();
        transaction.Commit();
        return result;
    }

    /// <summary>The place where an earlier run towards the same ended, or a new run.</summary>
    private ReworkPlace Continue(SqliteConnection connection, ReworkMark mark, ReworkMark wanted)
    {
        if (mark.Run != 0 && ReworkPlace.Read(_placeFile) is { } place && place.Run == mark.Run && place.Wanted == wanted.ToNumber()) return place;
        var run = RandomNumberGenerator.GetInt32(1, ReworkMark.MostRuns + 1);
        place = new ReworkPlace(run, wanted.ToNumber(), ReworkStages.All[0].Name, long.MinValue, 0, 0);
        place.Write(_placeFile);
        WriteMark(database, connection, mark with { Run = run });
        return place;
    }

    private async Task EndAsync(SqliteConnection connection, ReworkPlace place, ReworkMark wanted, long started, CancellationToken cancel)
    {
        if (place.Changed > 0)
        {
            await LeftBytes.ClearAsync(database, writer, connection, log, cancel).ConfigureAwait(false);
            names.Raise();
            await writer.TellAsync(cancel).ConfigureAwait(false);
        }
        WriteMark(database, connection, wanted);
        File.Delete(_placeFile);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Figures.Now = new ReworkProgress(ReworkState.Done, place.Looked, place.Looked, place.Changed, started, now);
        if (place.Looked > 0)
        {
            log.LogInformation(
                "Stored texts were worked over by the content setting {Mode}: {Looked} looked at, {Changed} changed, {Seconds} s",
                options.Privacy.Content, place.Looked, place.Changed, (now - started) / 1_000);
        }
    }

    /// <summary>Outside the pool, and what it takes away it overwrites: a text that is gone is to be gone from the file.</summary>
    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            Pragmas.Apply(connection);
            Execute(connection, "PRAGMA secure_delete=ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool IsEmpty(SqliteConnection connection)
    {
        string[] tables = ["texts", "conversations", "names", "series", "identities", "drift", "rejected_lines", "dead_letters", "pending_summaries"];
        try
        {
            using var select = Statement.On(connection, $"SELECT {string.Join(" OR ", tables.Select(t => $"EXISTS (SELECT 1 FROM {t})"))}");
            var hasAny = false;
            while (select.Read()) hasAny = select.Bool(0);
            return !hasAny;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            // A page is damaged: who needs it says so. What has a page is not empty.
            return false;
        }
    }

    private static ReworkMark ReadMark(SqliteConnection connection)
    {
        using var select = Statement.On(connection, "PRAGMA user_version");
        var number = 0;
        while (select.Read()) number = select.Int(0);
        return ReworkMark.From(number);
    }

    private static void WriteMark(SqliteDatabase database, SqliteConnection connection, ReworkMark mark)
    {
        using var turn = database.Turns.Take();
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={mark.ToNumber()}"));
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var statement = Statement.On(connection, sql);
        while (statement.Read())
        {
        }
    }
}
