using System.Globalization;

namespace Observatory.Core.Retention;

/// <summary>How far a run is, as its job keeps it: what is gone of each dataset, what the disk got back, and that all of it lies in archives.</summary>
internal sealed record RetentionPlace(long Texts, long Raw, long Letters, long Freed, bool IsArchived = false)
{
    public static RetentionPlace Read(string? place)
    {
        if (place is null) return new RetentionPlace(0, 0, 0, 0);
        var parts = Array.ConvertAll(place.Split(' '), p => long.Parse(p, CultureInfo.InvariantCulture));
        // Versions before wrote no archives: what they began goes on without.
        return new RetentionPlace(parts[0], parts[1], parts[2], parts[3], parts.Length < 5 || parts[4] != 0);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Texts} {Raw} {Letters} {Freed} {(IsArchived ? 1 : 0)}");
}
