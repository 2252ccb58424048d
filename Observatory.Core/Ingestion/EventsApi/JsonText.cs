using System.Text;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>Texts of senders as they can be stored.</summary>
public static class JsonText
{
    /// <summary>A text as it can be stored: half surrogate pairs, invalid UTF-8 and NULs come out as U+FFFD.</summary>
    internal static string Decode(Slice slice, ReadOnlySpan<byte> text, int longest = int.MaxValue / 8) => slice.Decode(text, longest)!.Replace('\0', '\uFFFD');

    /// <summary>The same of a text that was decoded elsewhere.</summary>
    public static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    /// <summary>The same of a string or name that stands alone, without its quotes.</summary>
    internal static string Decode(ReadOnlySpan<byte> raw) => Decode(new Slice(0, raw.Length, raw.Contains((byte)'\\')), raw);
}
