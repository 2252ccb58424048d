using System.IO.Compression;
using System.Text.Json;

namespace Observatory.Core.Reports;

/// <summary>A picture of a kept mail.</summary>
/// <param name="Data">PNG.</param>
public sealed record KeptImage(string Id, byte[] Data);

/// <summary>
/// A mail as it was rendered, for all who may see the same. What differs by recipient stands in it as marks (<see cref="RecipientMarks"/>).
/// </summary>
/// <param name="Attachments">Names of formats.</param>
public sealed record KeptMail(string Subject, string Html, string Text, IReadOnlyList<KeptImage> Images, IReadOnlyList<string> Attachments)
{
    public byte[] Pack()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true)) JsonSerializer.Serialize(brotli, this);
        return packed.ToArray();
    }

    public static KeptMail Unpack(byte[] data)
    {
        using var brotli = new BrotliStream(new MemoryStream(data, writable: false), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<KeptMail>(brotli) ?? throw new InvalidDataException("A kept mail is empty.");
    }
}

/// <summary>Stand in a rendered mail for what is each recipient's own.</summary>
public static class RecipientMarks
{
    public const string Unsubscribe = "https://unsubscribe.mark.invalid/";
    public const string Useful = "https://useful.mark.invalid/";
    public const string NotUseful = "https://not-useful.mark.invalid/";

    /// <summary>The mail of one recipient; null links = a mail without them (a test, a look).</summary>
    public static string Fill(string text, string? unsubscribe, string? useful, string? notUseful) => text
        .Replace(Unsubscribe, unsubscribe ?? "#", StringComparison.Ordinal).Replace(NotUseful, notUseful ?? "#", StringComparison.Ordinal)
        .Replace(Useful, useful ?? "#", StringComparison.Ordinal);
}
