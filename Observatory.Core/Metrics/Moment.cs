using Observatory.Core.Metrics.Query;

namespace Observatory.Core.Metrics;

/// <summary>An instant at which a conversation was active. In order: by conversation, then by time.</summary>
/// <param name="At">Unix ms.</param>
/// <param name="Passes">The filter lets its row through.</param>
internal readonly record struct Moment(int Conversation, long At, bool Passes, Facts Facts) : IComparable<Moment>
{
    /// <summary>A longer pause is no activity, ms.</summary>
    public const long LongestGap = Storage.Writing.ActivitySum.LongestGap;

    /// <summary>Of one answer.</summary>
    public const int Most = 2_000_000;

    public int CompareTo(Moment other) => Conversation != other.Conversation ? Conversation.CompareTo(other.Conversation)
        : At != other.At ? At.CompareTo(other.At) : Facts.User != other.Facts.User ? Facts.User.CompareTo(other.Facts.User)
        : Facts.Project != other.Facts.Project ? Facts.Project.CompareTo(other.Facts.Project) : Facts.Sources.CompareTo(other.Facts.Sources);
}

/// <summary>First and last moment of a row, Unix ms.</summary>
public sealed record MomentRow(int Conversation, int User, int Project, int Sources, long First, long Last);

/// <summary>An event that counts in no figure of its own.</summary>
/// <param name="At">Unix ms.</param>
public sealed record EventRow(long At, int User, int Project, int Sources, int Type);
