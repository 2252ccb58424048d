using System.Globalization;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Demo;

/// <summary>
/// A month of work in a made-up company, newest day first, one batch a person and day. Equal seeds and ends give equal events with equal
/// keys, so that writing it again adds nothing.
/// </summary>
/// <param name="seed">What differs between two months that end at the same time.</param>
/// <param name="end">Nothing happens after it; whole minutes.</param>
internal sealed class DemoMonth(int seed, DateTimeOffset end)
{
    public const int Days = 30;
    public const int DefaultSeed = 20;

    /// <summary>What every session id of demo data starts with.</summary>
    public const string IdPrefix = "demo-";

    private const string EndFormat = "yyyyMMdd'T'HHmm'Z'";

    /// <summary>Days before the end at which someone lets a loop run over night.</summary>
    private const int OddDayBack = 9;

    private readonly DateTimeOffset _end = new(end.UtcDateTime.Ticks - end.UtcDateTime.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero);

    public IEnumerable<EventBatch> Batches()
    {
        for (var back = 0; back < Days; back++)
        {
            var day = new DateTimeOffset(_end.UtcDateTime.Date, TimeSpan.Zero).AddDays(-back);
            foreach (var user in DemoCast.Users)
            {
                if (DayOf(user, day) is { Events.Count: > 0 } batch) yield return batch;
            }
        }
    }

    /// <summary>The end of the month that a session belongs to, or null where it is no session of a demo.</summary>
    public static DateTimeOffset? EndOf(string session)
    {
        if (!session.StartsWith(IdPrefix, StringComparison.Ordinal)) return null;
        var part = session.AsSpan(IdPrefix.Length);
        var dash = part.IndexOf('-');
        return dash > 0 && DateTimeOffset.TryParseExact(part[..dash], EndFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var found)
            ? found : null;
    }

    /// <summary>The nearest weekday to nine days before the end.</summary>
    internal DateTimeOffset OddDay
    {
        get
        {
            var day = new DateTimeOffset(_end.UtcDateTime.Date, TimeSpan.Zero).AddDays(-OddDayBack);
            while (IsWeekend(day)) day = day.AddDays(-1);
            return day;
        }
    }

    private EventBatch DayOf(DemoUser user, DateTimeOffset day)
    {
        var random = new DemoRandom(seed, $"{_end:O}/{day:yyyyMMdd}/{user.Id}");
        var batch = new EventBatch { Source = EventSource.Demo, User = user.Id };
        var isOdd = day == OddDay && user == DemoCast.Users[3];
        // Mondays begin slowly, Fridays end early, some days are meetings.
        var mood = day.DayOfWeek switch { DayOfWeek.Monday => 0.9, DayOfWeek.Friday => 0.75, _ => 1.0 } * (random.Chance(0.08) ? 0.2 : 1);
        var sessions = random.Times(user.Sessions * 1.05 * (IsWeekend(day) ? user.Weekends : mood));
        for (var i = 0; i < sessions; i++) Add(batch, user, day, StartOf(user, day, random), i, random, isOdd: false);
        if (isOdd)
        {
            for (var i = 0; i < 4; i++) Add(batch, user, day, day.AddHours(13 + i * 2), 100 + i, random, isOdd: true);
        }
        return batch;
    }

    private void Add(EventBatch batch, DemoUser user, DateTimeOffset day, DateTimeOffset start, int index, DemoRandom random, bool isOdd)
    {
        if (start >= _end) return;
        var project = DemoCast.Projects[random.Chance(0.7) ? user.Projects[0] : random.Pick(user.Projects)];
        var id = $"{IdPrefix}{_end.UtcDateTime.ToString(EndFormat, CultureInfo.InvariantCulture)}-{user.Id[..user.Id.IndexOf('@')]}-{day:MMdd}-{index:00}";
        new DemoSession(batch, new DemoRandom(seed, id), id, project, user, DemoCast.Models(_end), start, _end, isOdd).Play();
    }

    /// <summary>A local hour: most before noon and in the afternoon, few at lunch, some in the evening.</summary>
    private static DateTimeOffset StartOf(DemoUser user, DateTimeOffset day, DemoRandom random)
    {
        double[] byHour = [5, 9, 10, 6, 3, 8, 10, 9, 6, 3, 1, 1.5, 1];
        var hour = user.Start + random.Weighted(byHour) + random.Next();
        return day.AddSeconds(Math.Floor((hour - user.UtcOffset) * 3600));
    }

    private static bool IsWeekend(DateTimeOffset day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
