using System.IO.Hashing;

namespace Observatory.Core.Ingestion.EventsApi;

/// <summary>
/// One string for each short text that repeats (conversation, user, model, tool). A table with one place a hash: who comes later takes it, so
/// it never grows and never needs clearing. Not thread-safe.
/// </summary>
internal sealed class NamePool
{
    private const int Places = 4_096;

    private readonly Place[] _places = new Place[Places];
    private readonly Place[] _last = new Place[(int)EventField.None];

    /// <summary>The string of these bytes, or null where it is not here; then <see cref="Put"/> it.</summary>
    /// <param name="field">Neighbours are most often of one conversation: what the field held last is looked at first.</param>
    public string? Find(ReadOnlySpan<byte> raw, EventField field)
    {
        ref var last = ref _last[(int)field];
        if (last.Raw is { } before && raw.SequenceEqual(before)) return last.Text;
        ref var place = ref At(raw);
        if (place.Raw is not { } known || !raw.SequenceEqual(known)) return null;
        last = place;
        return place.Text;
    }

    public void Put(ReadOnlySpan<byte> raw, string text) => At(raw) = new Place(raw.ToArray(), text);

    private ref Place At(ReadOnlySpan<byte> raw) => ref _places[(int)(XxHash3.HashToUInt64(raw) % Places)];

    private readonly record struct Place(byte[]? Raw, string Text);
}
