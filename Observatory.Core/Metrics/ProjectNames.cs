namespace Observatory.Core.Metrics;

/// <summary>Short names for project paths.</summary>
internal static class ProjectNames
{
    /// <summary>For each path the shortest tail of whole segments that is unique; a path that is the tail of another stays whole.</summary>
    public static Dictionary<string, string> ShortestTails(IEnumerable<string> paths)
    {
        var all = paths.Distinct(StringComparer.Ordinal).ToList();
        var segments = all.ToDictionary(p => p, p => p.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        var tails = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = all;
        for (var length = 1; open.Count > 0; length++)
        {
            var groups = open.GroupBy(p => TailOf(segments[p], length), StringComparer.Ordinal).ToList();
            // A tail is taken only where no path at all ends with it, those already named included.
            var counts = all.GroupBy(p => TailOf(segments[p], length), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            open = [];
            foreach (var group in groups)
            {
                foreach (var path in group)
                {
                    if (segments[path].Length == 0) tails[path] = path;
                    else if (counts[group.Key] == 1) tails[path] = length >= segments[path].Length ? Whole(path, group.Key) : group.Key;
                    else if (length >= segments[path].Length) tails[path] = path;
                    else open.Add(path);
                }
            }
        }
        return tails;
    }

    private static string Whole(string path, string tail) => path.Trim('/', '\\') == tail && !path.Contains(':', StringComparison.Ordinal) ? tail : path;

    private static string TailOf(string[] segments, int length) => string.Join('/', segments.Skip(Math.Max(0, segments.Length - length)));
}
