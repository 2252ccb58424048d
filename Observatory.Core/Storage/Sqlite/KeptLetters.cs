using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Observatory.Core.Ingestion;
using Observatory.Core.Time;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// Which refused events are kept: of a source and day (UTC) the first ones, and the others are counted in one row of the day. What was kept today or yesterday
/// and
/// is refused again, as senders do that try again, adds nothing. Writer only.
/// </summary>
internal sealed class KeptLetters(WriterTables tables)
{
    /// <summary>Of a source and day.</summary>
    public const int Most = 10_000;

    private const string Counting = " more were refused on ";

    private readonly Dictionary<(long Day, int Source), Kept> _kept = [];
    private bool _isLoaded;

    public void Write(DeadLetter letter, string? user, long at)
    {
        if (!_isLoaded) Load(at);
        var day = at / BucketClock.Day;
        var kept = Of(day, (int)letter.Source);
        var hash = HashOf(letter.Source, letter.Id, letter.Reason, letter.Text, user);
        if (kept.Hashes.Contains(hash) || _kept.TryGetValue((day - 1, (int)letter.Source), out var yesterday) && yesterday.Hashes.Contains(hash)) return;
        if (kept.Hashes.Count < Most)
        {
            kept.Hashes.Add(hash);
            tables.WriteLetter(letter, user, at);
            return;
        }
        kept.More++;
        var said = letter with { Id = null, Reason = ReasonOf(kept.More, day), Text = null };
        if (kept.Row == 0) kept.Row = tables.WriteLetter(said, null, at);
        else tables.ChangeLetter(kept.Row, said.Reason);
    }

    private void Load(long now)
    {
        _isLoaded = true;
        foreach (var (id, source, name, reason, text, user, at) in tables.LettersSince((now / BucketClock.Day - 1) * BucketClock.Day))
        {
            var kept = Of(at / BucketClock.Day, source);
            if (name is null && text is null && CountOf(reason) is { } more) (kept.Row, kept.More) = (id, more);
            else kept.Hashes.Add(HashOf((Events.EventSource)source, name, reason, text, user));
        }
    }

    private Kept Of(long day, int source)
    {
        if (_kept.TryGetValue((day, source), out var kept)) return kept;
        foreach (var old in _kept.Keys.Where(k => k.Day < day - 1).ToList()) _kept.Remove(old);
        return _kept[(day, source)] = new Kept();
    }

    private static string ReasonOf(long more, long day) => string.Create(
        CultureInfo.InvariantCulture,
        $"{more}{Counting}{DateTimeOffset.FromUnixTimeMilliseconds(day * BucketClock.Day):yyyy-MM-dd} and not kept: of a source and day the first {Most} are.");

    private static long? CountOf(string reason) =>
        reason.IndexOf(Counting, StringComparison.Ordinal) is > 0 and var end
        && long.TryParse(reason.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var more) ? more : null;

    private static ulong HashOf(Events.EventSource source, string? id, string reason, string? text, string? user)
    {
        var hash = new XxHash3();
        Span<byte> end = [(byte)source, 0xFF];
        foreach (var part in (string?[])[id, reason, text, user])
        {
            hash.Append(Encoding.UTF8.GetBytes(part ?? "\uFFFF"));
            // No text holds it: parts cannot run into each other.
            hash.Append(end);
        }
        return hash.GetCurrentHashAsUInt64();
    }

    private sealed class Kept
    {
        public HashSet<ulong> Hashes { get; } = [];

        /// <summary>Number of the row that counts the others, 0 = none yet.</summary>
        public long Row { get; set; }

        public long More { get; set; }
    }
}
