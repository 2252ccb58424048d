namespace Observatory.Core.Ingestion.Hooks;

/// <summary>What is known of one quota window of one user.</summary>
/// <param name="Used">Percent, 0–100.</param>
/// <param name="ResetsAt">When it begins anew, Unix seconds; null = not said.</param>
/// <param name="At">When it was said, Unix ms.</param>
public readonly record struct QuotaWord(double Used, double? ResetsAt, long At);

/// <summary>
/// A quota is the account's, and each session repeats at every redraw what it heard last: an idle one says old figures again. So within one
/// window the highest figure holds, and a window that ended before the known one says nothing.
/// </summary>
public static class QuotaRule
{
    /// <summary>Seconds by which one window's end may be said differently.</summary>
    private const double Blur = 60;

    /// <param name="window">As the status line names it.</param>
    public static TimeSpan LengthOf(string window) => window == "five_hour" ? TimeSpan.FromHours(5) : TimeSpan.FromDays(7);

    /// <summary>What is known with the new word; null where it says nothing new.</summary>
    public static QuotaWord? With(QuotaWord? before, QuotaWord said, string window)
    {
        if (before is not { } known) return said;
        if (said.ResetsAt is { } end && known.ResetsAt is { } knownEnd)
        {
            if (end > knownEnd + Blur) return said;
            return end >= knownEnd - Blur && said.Used > known.Used ? said with { ResetsAt = knownEnd } : null;
        }
        var length = LengthOf(window);
        if (said.ResetsAt is { } named)
        {
            // The figure without an end is of this window, if it was said since that began.
            return known.At / 1000.0 < named - length.TotalSeconds ? said : said with { Used = Math.Max(known.Used, said.Used) };
        }
        // Without a reset of its own it is of the window that runs; where none is known to run, the known figure holds no longer than a window.
        var isOver = known.ResetsAt is { } ends ? ends * 1000 <= said.At : said.At - known.At >= length.TotalMilliseconds;
        if (isOver) return said;
        return said.Used > known.Used ? said with { ResetsAt = known.ResetsAt } : null;
    }
}
