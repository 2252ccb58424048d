using Observatory.Core.Storage.Entities;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>
/// Many reports due at once, a mail server that refuses, delays and drops, and servers that are killed between any two steps. What was taken is counted by
/// the mail server itself, which shares nothing with the ledger.
/// </summary>
internal static class ReportKillRig
{
    private static readonly DateTimeOffset s_due = new(2026, 11, 30, 9, 0, 0, TimeSpan.Zero);

    /// <param name="Sent">By state, as the ledger has it.</param>
    public sealed record Result(int Kills, int Deliveries, int Taken, int Duplicates, int Lost, int Sent, int Failed, int Uncertain, string? Wrong);

    public static async Task<Result> RunAsync(int seed, int reports, int recipients, int kills, CancellationToken cancel)
    {
        var random = new Random(seed);
        using var temp = new TempFolder();
        await using var server = await MailServer.StartAsync();
        await using var rig = await ReportRig.StartAsync(temp, s_due.AddHours(-1), server);
        for (var i = 0; i < reports; i++)
        {
            var to = Enumerable.Range(0, recipients).Select(n => $"r{i}p{n}@example.org").ToArray();
            await rig.Reports.CreateAsync(ReportRig.Define($"Report {i}", to), cancel);
        }
        var dice = new Lock();
        int Roll(int sides)
        {
            lock (dice) return random.Next(sides);
        }
        server.AtAddress = _ => Roll(100) switch { 0 => MailAnswer.Never, < 4 => MailAnswer.Later, _ => MailAnswer.Take };
        server.AtMessage = _ => Roll(100) switch { 0 => MailAnswer.Never, < 3 => MailAnswer.Later, 3 => MailAnswer.DropAfter, 4 => MailAnswer.DropBefore, _ =>
            MailAnswer.Take };
        rig.Clock.SetUtcNow(s_due.AddSeconds(1));
        var steps = 3 * reports * recipients / (kills + 1);
        for (var killed = 0; killed < kills; killed++)
        {
            var left = 2 + Roll(Math.Max(1, 2 * steps));
            try
            {
                await rig.Server(() => Interlocked.Decrement(ref left) >= 0).Rounds.RunAsync(cancel);
            }
            catch (KilledException)
            {
                // As it was meant to.
            }
            if (killed % 4 == 3) rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        // The last one lives, and the mail server has no more moods.
        (server.AtAddress, server.AtMessage) = (_ => MailAnswer.Take, _ => MailAnswer.Take);
        var (rounds, _) = rig.Server();
        for (var i = 0; i < 6; i++)
        {
            await rounds.RunAsync(cancel);
            rig.Clock.Advance(TimeSpan.FromHours(4));
            // The next day is another occurrence.
            if (rig.Clock.GetUtcNow() > s_due.AddHours(20)) break;
        }
        return Judge(kills, reports * recipients, await rig.DeliveriesAsync(), [.. server.Taken.Select(t => (t.MessageId, t.To))]);
    }

    private static Result Judge(int kills, int wanted, IReadOnlyList<DeliveryEntity> rows, IReadOnlyList<(string MessageId, string To)> taken)
    {
        var times = taken.GroupBy(t => t.MessageId).ToDictionary(g => g.Key, g => g.Count());
        var wrong = rows.Select(row => (row, count: times.GetValueOrDefault(row.MessageId))).Where(p => p.row.State switch
        {
            DeliveryState.Sent => p.count != 1,
            DeliveryState.Failed => p.count != 0,
            DeliveryState.Uncertain => p.count > 1,
            _ => true,
        }).Select(p => $"{p.row.Recipient} is {p.row.State} and was taken {p.count} times").FirstOrDefault();
        var known = rows.Select(r => r.MessageId).ToHashSet();
        return new Result(
            kills, rows.Count, taken.Count, times.Values.Count(n => n > 1),
                wanted - rows.Count(r => r.State is DeliveryState.Sent or DeliveryState.Failed or DeliveryState.Uncertain),
            rows.Count(r => r.State == DeliveryState.Sent), rows.Count(r => r.State == DeliveryState.Failed),
                rows.Count(r => r.State == DeliveryState.Uncertain),
            rows.Count != wanted ? $"{rows.Count} deliveries where {wanted} were due" : times.Keys.FirstOrDefault(id => !known.Contains(id)) is { } stray
                ? $"{stray} is nobody's" : wrong);
    }
}
