namespace Observatory.Core.Metrics;

/// <summary>Cuts turns into parts of so many entries; a turn is an entry, and so is each of its steps, those of sub-agents included.</summary>
internal static class TimelineCut
{
    /// <param name="turns">From the turn of <paramref name="from"/> on.</param>
    /// <param name="limit">Entries of the part. What belongs together is never parted below the main chain: one step may have more.</param>
    /// <param name="following">Number of the turn behind <paramref name="turns"/>; null = there is none.</param>
    public static (List<Turn> Turns, TimelinePlace? Next) Take(IReadOnlyList<Turn> turns, TimelinePlace from, int limit, int? following)
    {
        var taken = new List<Turn>();
        var left = limit;
        foreach (var turn in turns)
        {
            var first = turn.Number == from.Turn ? Math.Min(from.Step, turn.Steps.Count) : 0;
            if (taken.Count > 0 && left <= 0) return (taken, new TimelinePlace(turn.Number, 0));
            left--;
            var until = first;
            while (until < turn.Steps.Count && (left > 0 || taken.Count == 0 && until == first))
            {
                left -= EntriesOf(turn.Steps[until++]);
            }
            if (until == first && first < turn.Steps.Count) return (taken, new TimelinePlace(turn.Number, 0));
            taken.Add(first == 0 && until == turn.Steps.Count ? turn : turn with { Steps = [.. turn.Steps.Skip(first).Take(until - first)] });
            if (until < turn.Steps.Count) return (taken, new TimelinePlace(turn.Number, until));
        }
        return (taken, following is { } next ? new TimelinePlace(next, 0) : null);
    }

    private static int EntriesOf(Step step)
    {
        var entries = 1;
        foreach (var child in step.Children) entries += EntriesOf(child);
        return entries;
    }
}
