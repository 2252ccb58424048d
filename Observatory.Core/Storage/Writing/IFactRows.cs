using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Series;

namespace Observatory.Core.Storage.Writing;

/// <summary>What is known of sessions, lines and series beside items. Writer only.</summary>
internal interface IFactRows
{
    /// <summary>The greatest number of a stored chunk, 0 = there is none.</summary>
    int LastFingerprints();

    void WriteFingerprints(int id, int conversation, FingerprintKind kind, ReadOnlySpan<byte> data);

    /// <summary>Calls back for each stored chunk of a kind that is read at each start, in order of arrival; the span is valid during the call only.</summary>
    void Fingerprints(Action<int, FingerprintKind, ReadOnlySpan<byte>> each);

    /// <summary>Reads chunks of lines and requests that a version before kept here, the oldest ones, until there are that many fingerprints.</summary>
    /// <returns>Number of the last chunk that was read, 0 = there is none; and that there are no others.</returns>
    (int Last, bool IsAll) OldFingerprints(int most, List<(int Conversation, FingerprintKind Kind, ulong Value)> fingerprints);

    void DeleteOldFingerprints(int last);

    /// <summary>Adds to <see cref="ConversationEntity.Lines"/> of a stored conversation.</summary>
    void AddLines(int conversation, int lines);

    void Write(SharedLineEntity x);

    IEnumerable<SharedLineEntity> SharedLines();

    void Write(SharedItemEntity x);

    IEnumerable<SharedItemEntity> SharedItems();

    void WritePending(ulong leaf, string text);

    IEnumerable<(ulong Leaf, string Text)> Pending();

    void Write(WorktreeEntity x);

    IEnumerable<WorktreeEntity> Worktrees();

    IEnumerable<CarryEntity> Carries();

    void Write(CarryEntity x);

    IEnumerable<GoneSharedItemEntity> GoneSharedItems();

    void Write(GoneSharedItemEntity x);

    /// <summary>Keeps what a transaction deletes of a UTC day (days since 1970-01-01), for figures that are no sums.</summary>
    void WriteGoneDay(int day, byte[] data);

    /// <summary>The greatest number that was given to rows of a kind some of which are gone.</summary>
    IEnumerable<IdMarkEntity> IdMarks();

    void WriteIdMark(string kind, int last);

    /// <summary>Metrics that were sent.</summary>
    ISeriesRows Series { get; }

    IRestoredRows Restored { get; }
}
