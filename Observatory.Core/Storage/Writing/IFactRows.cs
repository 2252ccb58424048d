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

    void WriteSeenEvents(int id, ReadOnlySpan<byte> data);

    /// <summary>Calls back for each stored piece in order of arrival; the span is valid during the call only.</summary>
    void SeenEvents(KeyPieceReader each);

    /// <exception cref="InvalidOperationException">There is none of that number.</exception>
    byte[] SeenPiece(int id);

    IEnumerable<SeriesEntity> Series();

    void Write(SeriesEntity x);

    /// <summary>False where the point was known.</summary>
    bool WritePoint(int series, MetricPoint x);
}

/// <param name="id">Number of the piece.</param>
/// <param name="data">Keys, 16 bytes each; valid during the call only.</param>
internal delegate void KeyPieceReader(int id, ReadOnlySpan<byte> data);
