using System.Globalization;

namespace Observatory.Core.Retention;

/// <summary>How far a run is, as its job keeps it: what is gone of each dataset, and what the disk got back.</summary>
internal sealed record RetentionPlace(long Texts, long Raw, long Letters, long Freed)
{
    public static RetentionPlace Read(string? place)
    {
        if (place is null) return new RetentionPlace(0, 0, 0, 0);
        var parts = Array.ConvertAll(place.Split(' '), p => long.Parse(p, CultureInfo.InvariantCulture));
        return new RetentionPlace(parts[0], parts[1], parts[2], parts[3]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Texts} {Raw} {Letters} {Freed}");
}
