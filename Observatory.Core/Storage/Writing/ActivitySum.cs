using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// First and last moment of a conversation and the time that it was active: the sum of the gaps between neighbours in time that are no longer than
/// <see cref="LongestGap"/>. Kept up to date moment by moment.
/// </summary>
internal sealed class ActivitySum
{
    /// <summary>Milliseconds.</summary>
    public const long LongestGap = 5 * 60_000;

    private readonly Moments _moments = new();
    private long _active;

    /// <summary>Active milliseconds between the moments.</summary>
    public long ActiveMs => _active;

    public void Add(long at)
    {
        var place = _moments.Add(at, 0);
        var (before, after) = (At(place - 1), At(place + 1));
        _active += Gap(before, at) + Gap(at, after) - Gap(before, after);
    }

    public void Remove(long at)
    {
        var place = _moments.Remove(at, 0);
        var (before, after) = (At(place - 1), At(place));
        _active -= Gap(before, at) + Gap(at, after) - Gap(before, after);
    }

    public void SetOn(ConversationEntity conversation)
    {
        conversation.CreatedAt = At(0) ?? 0;
        conversation.LastActivity = At(_moments.Count - 1) ?? 0;
        conversation.ActiveMs = _active;
    }

    private long? At(int place) => place >= 0 && place < _moments.Count ? _moments[place].At : null;

    private static long Gap(long? from, long? to) => to - from is { } gap && gap <= LongestGap ? gap : 0;
}
