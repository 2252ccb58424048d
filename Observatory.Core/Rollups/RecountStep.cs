using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Time;

namespace Observatory.Core.Rollups;

/// <summary>
/// The nightly recount in pieces: one hour of the day each, then its conversations, some at a time. A piece looks beside everybody; a job that is killed goes
/// on with the next piece, and knows what the ones before have found.
/// </summary>
internal sealed class RecountStep(
    NightlyRecount recount, IDbContextFactory<ObservatoryContext> contexts, TimeProvider clock, ILogger<RecountStep> log) : IMaintenanceStep
{
    public const string StepName = "recount";

    private const long Part = BucketClock.Hour;

    public string Name => StepName;

    public int Order => MaintenanceOrder.Tidying;

    /// <summary>Arguments for the last full day in the machine's zone.</summary>
    public static string LastDay(TimeProvider clock)
    {
        var zone = new BucketClock(clock.LocalTimeZone);
        var day = zone.DateOf(clock.GetUtcNow().ToUnixTimeMilliseconds()).AddDays(-1);
        return string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}|{zone.DayStart(day)}|{zone.DayStart(day.AddDays(1))}");
    }

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(job);
        var (day, range) = DayOf(job.Arguments);
        var place = RecountPlace.Of(job.Place, range);
        while (place.Next < range.End)
        {
            var until = Math.Min(range.End, place.Next + Part);
            place = place.Found(await recount.BucketsAsync(new TimeRange(place.Next, until), cancel).ConfigureAwait(false)) with { Next = until };
            yield return Behind(place);
        }
        while (await recount.ConversationsAsync(range, place.Conversation, cancel).ConfigureAwait(false) is { } part)
        {
            place = place.Found(part.Found) with { Conversation = part.Last };
            yield return Behind(place);
        }
        await NoteAsync(day, place, cancel).ConfigureAwait(false);
        if (place.Differences == 0) log.LogInformation("Recount of {Day}: {Compared} figures, all equal", day, place.Compared);
        else log.LogError("Recount of {Day}: {Differences} of {Compared} figures differ from the raw rows", day, place.Differences, place.Compared);
    }

    private static MaintenancePiece Behind(RecountPlace place)
    {
        var piece = MaintenancePiece.Beside();
        piece.Place = place.ToString();
        return piece;
    }

    private static (DateOnly Day, TimeRange Range) DayOf(string arguments)
    {
        var parts = arguments.Split('|');
        return (DateOnly.ParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            new TimeRange(long.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture)));
    }

    private async Task NoteAsync(DateOnly day, RecountPlace found, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        db.Recounts.Add(new RecountEntity
        {
            Day = day.DayNumber - new DateOnly(1970, 1, 1).DayNumber, RanAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            Compared = found.Compared, Differences = found.Differences,
        });
        await db.SaveChangesAsync(cancel).ConfigureAwait(false);
    }
}

/// <summary>How far a recount is, and what it has found.</summary>
/// <param name="Next">Start of the next hour, Unix ms.</param>
/// <param name="Conversation">The last one that was looked at.</param>
internal sealed record RecountPlace(long Next, int Conversation, long Compared, long Differences)
{
    /// <param name="text">As <see cref="ToString"/> wrote it; null = at the beginning.</param>
    public static RecountPlace Of(string? text, TimeRange range)
    {
        if (text is null) return new RecountPlace(range.Start, -1, 0, 0);
        var numbers = text.Split('|').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new RecountPlace(numbers[0], (int)numbers[1], numbers[2], numbers[3]);
    }

    public RecountPlace Found(RecountTally tally) =>
        this with { Compared = Compared + tally.Compared, Differences = Differences + tally.Differences };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Next}|{Conversation}|{Compared}|{Differences}");
}
