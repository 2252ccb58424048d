using System.Globalization;

namespace Observatory.Core.Retention.Archives;

/// <summary>How far a restore is, as its job keeps it.</summary>
/// <param name="Lines">Rows of the archive that were looked at.</param>
/// <param name="Rows">Of these put back, those included that an earlier restore had put back.</param>
/// <param name="LeftOut">Rows of who was erased, of conversations that are gone, and texts that are not kept any more.</param>
/// <param name="There">Rows that were never deleted.</param>
internal sealed record RestorePlace(long Lines, long Rows, long LeftOut, long There)
{
    public static RestorePlace Read(string? place)
    {
        if (place is null) return new RestorePlace(0, 0, 0, 0);
        var parts = Array.ConvertAll(place.Split(' '), p => long.Parse(p, CultureInfo.InvariantCulture));
        return new RestorePlace(parts[0], parts[1], parts[2], parts[3]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lines} {Rows} {LeftOut} {There}");
}
