using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What is known of sessions, lines and series beside items. Writer only.</summary>
internal interface IFactRows
{
    /// <summary>The greatest number of a stored chunk, 0 = there is none.</summary>
    int LastFingerprints();

    void WriteFingerprints(int id, int conversation, FingerprintKind kind, ReadOnlySpan<byte> data);

    /// <summary>Calls back for each stored chunk in order of arrival; the span is valid during the call only.</summary>
    void Fingerprints(Action<int, FingerprintKind, ReadOnlySpan<byte>> each);

    void Write(SharedLineEntity x);

    IEnumerable<SharedLineEntity> SharedLines();

    void Write(SharedItemEntity x);

    IEnumerable<SharedItemEntity> SharedItems();

    void WritePending(ulong leaf, string text);

    IEnumerable<(ulong Leaf, string Text)> Pending();

    void Write(WorktreeEntity x);

    IEnumerable<WorktreeEntity> Worktrees();

    /// <summary>Names that senders gave to their events.</summary>
    IKeyPieces SeenEvents { get; }

    /// <summary>Keys of rows that are gone.</summary>
    IKeyPieces ForgottenKeys { get; }

    IEnumerable<CarryEntity> Carries();

    void Write(CarryEntity x);

    IEnumerable<GoneSharedItemEntity> GoneSharedItems();

    void Write(GoneSharedItemEntity x);

    /// <summary>The greatest number that was given to rows of a kind some of which are gone.</summary>
    IEnumerable<IdMarkEntity> IdMarks();

    void WriteIdMark(string kind, int last);

    IEnumerable<SeriesEntity> Series();

    void Write(SeriesEntity x);

    /// <summary>False where the point was known.</summary>
    bool WritePoint(int series, MetricPoint x);
}
