namespace Observatory.Core.Time;

/// <summary>Reads instants as programs write them: ISO 8601 with an offset or Z, for example <c>2026-11-12T09:05:28.918+01:00</c>.</summary>
public static class IsoInstant
{
    private const int LongestText = 64;
    private const int UsualLength = 24;

    /// <summary>Unix ms. False = it is none, names no offset, or does not exist (leap seconds included).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long at)
    {
        at = 0;
        if (text.Length == UsualLength && text[^1] == 'Z' && text[19] == '.') return TryUsual(text, out at);
        if (text.Length is < 17 or > LongestText || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':') return false;
        if (!Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day) || !Number(text[11..13], out var hour)
            || !Number(text[14..16], out var minute)) return false;
        var rest = text[16..];
        var (second, ms) = (0, 0);
        if (rest[0] == ':')
        {
            if (rest.Length < 4 || !Number(rest[1..3], out second)) return false;
            rest = rest[3..];
            if (rest[0] is (byte)'.' or (byte)',' && !Fraction(ref rest, out ms)) return false;
        }
        if (!Offset(rest, out var offset)) return false;
        return Make(year, month, day, hour, minute, second, ms, out at, offset);
    }

    /// <summary><c>2026-11-12T09:05:28.918Z</c>: what most programs write.</summary>
    private static bool TryUsual(ReadOnlySpan<byte> text, out long at)
    {
        at = 0;
        if (text.Length < UsualLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
        var wrong = 0u;
        var year = 100 * Two(text, 0, ref wrong) + Two(text, 2, ref wrong);
        var (month, day, hour) = (Two(text, 5, ref wrong), Two(text, 8, ref wrong), Two(text, 11, ref wrong));
        var (minute, second) = (Two(text, 14, ref wrong), Two(text, 17, ref wrong));
        var ms = 10 * Two(text, 20, ref wrong) + Two(text, 21, ref wrong) % 10;
        return wrong == 0 && Make(year, month, day, hour, minute, second, ms, out at, 0);
    }

    private static int Two(ReadOnlySpan<byte> text, int at, ref uint wrong)
    {
        var (tens, ones) = ((uint)text[at] - '0', (uint)text[at + 1] - '0');
        if (tens > 9 || ones > 9) wrong = 1;
        return (int)(tens * 10 + ones);
    }

    private static bool Make(int year, int month, int day, int hour, int minute, int second, int ms, out long at, int offset)
    {
        at = 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        // Days since 1970-01-01, with years that begin in March: a leap day is then the last of its year.
        var (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9);
        long days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
        at = ((days * 24 + hour) * 60 + minute - offset) * BucketClock.Minute + second * 1000 + ms;
        return true;
    }

    /// <summary>Any number of digits; what is finer than a millisecond is cut off.</summary>
    private static bool Fraction(ref ReadOnlySpan<byte> rest, out int ms)
    {
        ms = 0;
        var digits = 0;
        for (rest = rest[1..]; !rest.IsEmpty && rest[0] is >= (byte)'0' and <= (byte)'9'; rest = rest[1..])
        {
            if (digits++ < 3) ms = ms * 10 + rest[0] - '0';
        }
        for (var scale = digits; scale < 3; scale++) ms *= 10;
        return digits > 0;
    }

    /// <summary>Minutes.</summary>
    private static bool Offset(ReadOnlySpan<byte> text, out int offset)
    {
        offset = 0;
        if (text.Length == 1) return (text[0] | 0x20) == 'z';
        if (text.Length is not (5 or 6) || text[0] is not ((byte)'+' or (byte)'-') || text.Length == 6 && text[3] != ':') return false;
        if (!Number(text[1..3], out var hours) || !Number(text[^2..], out var minutes) || hours > 18 || minutes > 59) return false;
        offset = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }
}
