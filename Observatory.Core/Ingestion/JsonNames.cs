using System.Text.Json;

namespace Observatory.Core.Ingestion;

/// <summary>Compares what a reader stands on, whatever it is.</summary>
internal static class JsonNames
{
    /// <summary>
    /// As <c>ValueTextEquals</c>, which throws where half of a surrogate pair is escaped (<c>"\ud800"</c>): such a text is none that is looked for.
    /// </summary>
    public static bool IsText(this in Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.SequenceEqual(text);
        try
        {
#pragma warning disable RS0030 // The one place.
            return reader.ValueTextEquals(text);
#pragma warning restore RS0030
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
