using Observatory.Core.Time;

namespace Observatory.Core.Storage.DaySums;

/// <summary>A run of activity without a long pause.</summary>
/// <param name="First">Unix ms.</param>
/// <param name="Last">Unix ms; the same where it is one moment.</param>
internal readonly record struct ActiveSpan(long First, long Last);

/// <summary>
/// Runs of activity (prompts and main-chain answers) of one UTC day, first by user, then by user, project, model and sources. Runs of several of them, and of
/// days that follow on each other, put together again are the runs of all.
/// </summary>
internal static class ActivityDay
{
    /// <summary>A longer pause ends a sitting, ms.</summary>
    public const long LongestPause = 30 * BucketClock.Minute;

    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="rows">Of that day, in order of time.</param>
    public static byte[] Encode(int day, IEnumerable<ActivityRow> rows)
    {
        var users = new SortedDictionary<int, List<ActiveSpan>>();
        var parts = new SortedDictionary<(int User, int Project, int Model, int Sources), List<ActiveSpan>>();
        foreach (var row in rows)
        {
            Add(users, row.User, row.At);
            Add(parts, (row.User, row.Project, row.Model, row.Sources), row.At);
        }
        var (all, section) = (new ByteWriter(), new ByteWriter());
        foreach (var (user, spans) in users)
        {
            section.Write(user);
            Write(section, day, spans);
        }
        all.Write(section);
        foreach (var (key, spans) in parts)
        {
            all.Write(key.User);
            all.Write(key.Project);
            all.Write(key.Model);
            all.Write(key.Sources);
            Write(all, day, spans);
        }
        return all.ToBlock();
    }

    /// <summary>Runs of each user.</summary>
    /// <param name="block">As made by <see cref="Encode"/>.</param>
    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="spansOf">Takes the runs of a user; null = they are left out.</param>
    public static void ReadUsers(ReadOnlySpan<byte> block, int day, Func<int, List<ActiveSpan>?> spansOf)
    {
        var bytes = new ByteReader(block[DayBlock.Head..]);
        var end = bytes.ReadInt();
        end += bytes.At;
        while (bytes.At < end) Read(ref bytes, day, spansOf(bytes.ReadInt()));
    }

    /// <summary>Runs of each user, project, model and set of sources.</summary>
    /// <inheritdoc cref="ReadUsers"/>
    public static void ReadParts(ReadOnlySpan<byte> block, int day, Func<int, int, int, int, List<ActiveSpan>?> spansOf)
    {
        var bytes = new ByteReader(block[DayBlock.Head..]);
        var length = bytes.ReadInt();
        bytes.At += length;
        while (!bytes.IsAtEnd) Read(ref bytes, day, spansOf(bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt(), bytes.ReadInt()));
    }

    private static void Add<TKey>(SortedDictionary<TKey, List<ActiveSpan>> all, TKey key, long at) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var spans)) all[key] = spans = [];
        if (spans.Count > 0 && at - spans[^1].Last <= LongestPause) spans[^1] = spans[^1] with { Last = at };
        else spans.Add(new ActiveSpan(at, at));
    }

    private static void Write(ByteWriter into, int day, List<ActiveSpan> spans)
    {
        into.Write(spans.Count);
        var before = day * BucketClock.Day;
        foreach (var span in spans)
        {
            into.Write(span.First - before);
            into.Write(span.Last - span.First);
            before = span.Last;
        }
    }

    private static void Read(ref ByteReader bytes, int day, List<ActiveSpan>? into)
    {
        var before = day * BucketClock.Day;
        for (var left = bytes.ReadInt(); left > 0; left--)
        {
            var first = before + (long)bytes.Read();
            before = first + (long)bytes.Read();
            into?.Add(new ActiveSpan(first, before));
        }
    }
}
