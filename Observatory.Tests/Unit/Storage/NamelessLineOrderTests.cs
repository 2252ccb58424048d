using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>
/// Which response a line without a request is of, and whose that is, follows from all lines and never from what came first: every order, at once, line by
/// line and with a restart between, against the naive recount.
/// </summary>
public sealed class NamelessLineOrderTests
{
    // Environment variable for long runs by hand: OBSERVATORY_TEST_ROUNDS=20000.
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("OBSERVATORY_TEST_ROUNDS"), out var rounds) ? rounds : 150;

    public static TheoryData<string, Way> Cases => [.. NamelessFamily.Cases.SelectMany(c => Enum.GetValues<Way>().Select(w => (c, w)))];

    public enum Way
    {
        AtOnce,
        LineByLine,
        WithRestart,
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Every_order_of_a_case_gives_what_the_recount_finds(string name, Way way)
    {
        var one = new NamelessFamily("").Of(name);
        var expected = ExpectedOf(one);
        return CheckAsync(way, [.. Orders(one.Length).Select((order, i) =>
        {
            var lines = new NamelessFamily(Number(i)).Of(name);
            return new Family(Number(i), Array.ConvertAll(order, n => lines[n]), expected);
        })]);
    }

    [Theory]
    [InlineData(Way.AtOnce)]
    [InlineData(Way.LineByLine)]
    [InlineData(Way.WithRestart)]
    public Task Random_families_give_what_the_recount_finds(Way way) => CheckAsync(way, [.. Enumerable.Range(0, s_rounds).Select(i =>
    {
        var random = new Random(i);
        var lines = new NamelessFamily(Number(i)).Of(random, isSteady: way == Way.WithRestart);
        random.Shuffle(lines);
        return new Family(Number(i), lines, ExpectedOf(lines));
    })]);

    [Fact]
    public Task A_message_whose_key_looks_like_one_of_many_is_found_with_its_others()
    {
        const string Number = "00081";
        Assert.True(EventKey.IsOneOfMany(EventKey.Of(KeySpace.Message, "message" + Number).Low));
        var lines = new NamelessFamily(Number).Of("a chain");
        return CheckAsync(Way.LineByLine, [new Family(Number, Array.ConvertAll([3, 4, 1, 5, 2, 0], n => lines[n]), ExpectedOf(lines))]);
    }

    private sealed record Family(string Number, SessionLine[] Lines, string Expected);

    /// <summary>All families in one store: they do not meet, and a store for each would take long.</summary>
    private static async Task CheckAsync(Way way, Family[] families)
    {
        using var folder = new TempFolder();
        var core = await StartAsync();
        try
        {
            var longest = families.Max(f => f.Lines.Length);
            for (var i = 0; i < longest; i++)
            {
                await core.WriteAsync(LineBatches.Of(families.SelectMany(f => way == Way.AtOnce ? f.Lines : f.Lines.Skip(i).Take(1))));
                if (way == Way.AtOnce) break;
                if (way != Way.WithRestart || i != longest / 2) continue;
                await core.DisposeAsync();
                core = await StartAsync();
            }
            var found = await ResponsesAsync(core);
            foreach (var family in families)
            {
                var actual = Joined(found[family.Number]);
                Assert.True(family.Expected == actual,
                    $"Expected:\n{family.Expected}\nfound:\n{actual}\nof:\n{string.Join('\n', family.Lines.Select(l => l.Session + " " + l.Json))}");
            }
        }
        finally
        {
            await core.DisposeAsync();
        }

        Task<CoreHost> StartAsync() => CoreHost.StartAsync(new FakeTimeProvider(NamelessFamily.Start.AddDays(1)), folder.Path);
    }

    private static string ExpectedOf(SessionLine[] lines) =>
        Joined(LineBatches.Recount(lines).Responses.Select(r => Text(Parts(r.Conversation).Session, r.At, r.Model, r.Input, r.Output)));

    /// <summary>What counts, by number of the family.</summary>
    private static async Task<ILookup<string, string>> ResponsesAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var sessions = await db.Conversations.ToDictionaryAsync(c => c.Id, c => Parts(c.SessionId), TestContext.Current.CancellationToken);
        var names = await db.Names.Where(n => n.Kind == NameKind.Model).ToDictionaryAsync(n => n.Id, n => n.Text, TestContext.Current.CancellationToken);
        var rows = await db.Responses.ToListAsync(TestContext.Current.CancellationToken);
        return rows.ToLookup(
            r => sessions[r.ConversationId].Number, r => Text(sessions[r.ConversationId].Session, r.At, names[r.ModelId], r.Input, r.Output));
    }

    private static (string Number, string Session) Parts(string session) => session.Split('-') is [var number, var letter] ? (number, letter) : (session, "");

    private static string Text(string session, long at, string? model, long input, long output) =>
        string.Create(CultureInfo.InvariantCulture, $"{session} {at} {model} {input} {output}");

    private static string Joined(IEnumerable<string> responses) => string.Join('\n', responses.Order(StringComparer.Ordinal));

    private static IEnumerable<int[]> Orders(int count)
    {
        if (count == 0) return [[]];
        return Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(at => (int[])[.. order[..at], count - 1, .. order[at..]]));
    }

    private static string Number(int i) => i.ToString("x5", CultureInfo.InvariantCulture);
}
