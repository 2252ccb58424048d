using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Observatory.Core.Deliveries;

/// <summary>Names of messages: of one delivery always the same, so that a second sending can be told from a second mail.</summary>
public static class MessageIds
{
    private const string Domain = "observatory.invalid";

    /// <summary><c>report.7.5f2c…@observatory.invalid</c>, without angle brackets; fit for a file's name.</summary>
    public static string Of(NewOccurrence occurrence, string recipient)
    {
        // Each part with its length: two deliveries never give the same bytes.
        var parts = new[] { occurrence.Kind, occurrence.SourceId, occurrence.Occurrence, occurrence.Seed, recipient };
        var text = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
        return $"{occurrence.Kind}.{occurrence.SourceId}.{hash}@{Domain}";
    }
}
