using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>Whatever EF writes waits for a turn of the writer, and is written to no file that is gone; what it reads does neither.</summary>
public sealed class WriteInterceptorTests
{
    private readonly Turns _turns = new();
    private bool _isGone;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> Writes => new()
    {
        { "one row", 1 }, { "two rows", 1 }, { "changed", 1 }, { "update", 1 }, { "delete", 1 }, { "transaction", 1 }, { "sql", 1 }, { "read", 0 },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_takes_one_turn(string what, int turns)
    {
        await using var db = await OpenAsync();
        var before = _turns.Taken;
        await DoAsync(db, what);
        Assert.Equal((turns, 0), (_turns.Taken - before, _turns.Open));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Nothing_is_written_to_a_file_that_is_gone(string what, int turns)
    {
        await using var db = await OpenAsync();
        _isGone = true;
        var error = await Record.ExceptionAsync(() => DoAsync(db, what));
        if (turns == 0) Assert.Null(error);
        else Assert.True(error is StoreLostException || error?.InnerException is StoreLostException, $"{error}");
    }

    [Fact]
    public async Task A_file_that_goes_inside_of_a_transaction_is_not_committed_to()
    {
        await using var db = await OpenAsync();
        await using (var transaction = await db.Database.BeginTransactionAsync(Cancel))
        {
            db.Notes.Add(Note());
            await db.SaveChangesAsync(Cancel);
            _isGone = true;
            await Assert.ThrowsAsync<StoreLostException>(() => transaction.CommitAsync(Cancel));
        }
        Assert.Equal((0, 0), (await db.Notes.CountAsync(Cancel), _turns.Open));
    }

    [Fact]
    public void Every_context_of_the_program_has_it()
    {
        using var temp = new TempFolder();
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSqlite(temp.File("observatory.db"));
        using var provider = services.BuildServiceProvider();
        using var db = provider.GetRequiredService<IDbContextFactory<ObservatoryContext>>().CreateDbContext();
        var options = db.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>();
        Assert.Contains(options!.Interceptors!, i => i is WriteInterceptor);
    }

    private async Task<ObservatoryContext> OpenAsync()
    {
        var builder = new DbContextOptionsBuilder<SqliteObservatoryContext>();
        SqliteDatabase.Configure(builder, "Data Source=:memory:");
        builder.AddInterceptors(new WriteInterceptor(_turns, Check));
        var db = new SqliteObservatoryContext(builder.Options);
        await db.Database.OpenConnectionAsync(Cancel);
        await db.Database.EnsureCreatedAsync(Cancel);
        return db;
    }

    private static async Task DoAsync(ObservatoryContext db, string what)
    {
        switch (what)
        {
            case "one row":
                db.Notes.Add(Note());
                await db.SaveChangesAsync(Cancel);
                break;
            case "two rows":
                db.Notes.AddRange(Note(), Note());
                await db.SaveChangesAsync(Cancel);
                break;
            case "changed":
                var note = Note();
                note.Id = 7;
                db.Notes.Update(note);
                // There is none of that number: asked for all the same.
                try
                {
                    await db.SaveChangesAsync(Cancel);
                }
                catch (DbUpdateConcurrencyException)
                {
                }
                break;
            case "update":
                await db.Notes.ExecuteUpdateAsync(s => s.SetProperty(n => n.Text, "x"), Cancel);
                break;
            case "delete":
                await db.Notes.ExecuteDeleteAsync(Cancel);
                break;
            case "transaction":
                await using (var transaction = await db.Database.BeginTransactionAsync(Cancel))
                {
                    await db.Notes.ExecuteDeleteAsync(Cancel);
                    await transaction.CommitAsync(Cancel);
                }
                break;
            case "sql":
                await db.Database.ExecuteSqlAsync($"DELETE FROM notes", Cancel);
                break;
            default:
                await db.Notes.CountAsync(Cancel);
                break;
        }
    }

    private static NoteEntity Note() => new() { Text = "text", Author = "anna" };

    private void Check()
    {
        if (_isGone) throw new StoreLostException("gone");
    }

    private sealed class Turns : IWriteTurns
    {
        public int Taken { get; private set; }

        public int Open { get; private set; }

        public IDisposable Take()
        {
            (Taken, Open) = (Taken + 1, Open + 1);
            return new Turn(this);
        }

        private sealed class Turn(Turns turns) : IDisposable
        {
            public void Dispose() => turns.Open--;
        }
    }
}
