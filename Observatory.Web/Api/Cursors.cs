using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Observatory.Web.Api;

/// <summary>Where a list goes on. Opaque to callers, so that what is inside may change.</summary>
internal static class Cursors
{
    private const string Prefix = "s";

    public static string? After(int skip, int count, long total) =>
        count > 0 && skip + count < total ? Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Prefix + (skip + count).ToString(CultureInfo.InvariantCulture)))
            : null;

    /// <summary>Null for what this class did not make.</summary>
    public static int? Parse(string cursor)
    {
        if (cursor.Length is 0 or > 32 || !Base64Url.IsValid(cursor)) return null;
        var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var skip) ? skip : null;
    }
}
