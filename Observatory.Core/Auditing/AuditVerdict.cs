namespace Observatory.Core.Auditing;

/// <summary>Whether the log is what was written.</summary>
/// <param name="Ok">It is, and nothing is missing.</param>
/// <param name="Checked">Rows that were looked at.</param>
/// <param name="BrokenAt">The first row that is not as it was written, or does not follow the one before it; null = there is none, or rows are missing at the
/// end.</param>
/// <param name="Reason">What is wrong, in plain words; null = nothing.</param>
public sealed record AuditVerdict(bool Ok, long Checked, long? BrokenAt, string? Reason);

/// <summary>A verdict and when it was given.</summary>
public sealed record AuditVerification(AuditVerdict Verdict, DateTimeOffset At);

/// <summary>Holds every row against its hash, each hash against the row before, and the end against the mark.</summary>
internal static class AuditVerifier
{
    public static AuditVerdict Verify(IAuditTable table, AuditMark mark, CancellationToken cancel)
    {
        var hash = new byte[AuditChain.HashLength];
        var marked = new byte[AuditChain.HashLength];
        var (count, last, isMarkedThere) = (0L, 0L, false);
        AuditVerdict? broken = null;
        table.Walk(
            first =>
            {
                if (mark.Bases.FirstOrDefault(b => b.Seq == first - 1) is { } before) return before.Hash;
                var missing = mark.Bases[^1].Seq + 1;
                broken = new AuditVerdict(false, 0, first, missing < first
                    ? $"The log begins with row {first}: {Rows(missing, first - 1)} missing before it."
                    : $"The log begins with row {first}, which it did not.");
                return AuditPlace.Start.Hash;
            },
            (seq, columns, stored) =>
            {
                if (broken is not null) return false;
                if (count > 0 && seq != last + 1)
                {
                    broken = new AuditVerdict(false, count + 1, seq, $"{Capital(Rows(last + 1, seq - 1))} missing before row {seq}.");
                    return false;
                }
                count++;
                last = seq;
                columns.End(hash);
                if (!stored.SequenceEqual(hash))
                {
                    broken = new AuditVerdict(false, count, seq, $"Row {seq} is not what was written there, or is not in its place.");
                    return false;
                }
                if (seq != mark.Last.Seq) return true;
                hash.CopyTo(marked, 0);
                isMarkedThere = true;
                return true;
            },
            cancel);
        if (broken is not null) return broken;
        if (mark.Breaks.Count > 0) return new AuditVerdict(false, count, mark.Breaks[0].BrokenAt, mark.Breaks[0].Reason);
        if (last < mark.Last.Seq)
        {
            return new AuditVerdict(false, count, null, last == 0
                ? $"All rows are missing: the mark outside the log says {mark.Last.Seq}."
                : $"{Capital(Rows(last + 1, mark.Last.Seq))} missing at the end: the mark outside the log says {mark.Last.Seq}.");
        }
        if (isMarkedThere && !marked.AsSpan().SequenceEqual(mark.Last.Hash))
        {
            return new AuditVerdict(
                false, count, mark.Last.Seq, $"The rows up to {mark.Last.Seq} were written anew: the mark outside the log has another hash.");
        }
        return new AuditVerdict(true, count, null, null);
    }

    private static string Rows(long from, long to) => from == to ? $"row {from} is" : $"rows {from} to {to} are";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
