using Observatory.Core.Events;

namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>How far a set of keys is. The numbers are stored: never change one.</summary>
internal enum KeySetState
{
    /// <summary>It is looked at.</summary>
    Whole = 0,

    /// <summary>It is being made: not all of its pages are there, and nobody looks at it.</summary>
    Building = 1,

    /// <summary>Its keys lie in another one: its pages are being deleted.</summary>
    Left = 2,
}

/// <summary>Keys as they are stored. Writer only; all but <see cref="ReadPage"/> in its transaction.</summary>
internal interface IKeyRows
{
    /// <summary>Entries of a kind in memory beyond which they become a set.</summary>
    int Limit { get; }

    /// <summary>Calls back for each set.</summary>
    void Sets(KeySetReader each);

    /// <summary>The greatest number of a page that was given.</summary>
    int LastPage();

    /// <summary>Calls back for each piece in order of arrival; the span is valid during the call only.</summary>
    void Pieces(KeyPieceReader each);

    /// <summary>Of each kind the number of the row up to which its keys are known here.</summary>
    IEnumerable<(KeyKind Kind, int Through)> Marks();

    /// <summary>
    /// Reads a page that is committed, whatever the transaction is at: nobody waits for it, and it waits for nobody. Not for two threads at a time.
    /// </summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InvalidDataException">There is none of that number.</exception>
    int ReadPage(int id, Span<byte> page);

    /// <summary>The same within the transaction.</summary>
    int ReadOwnPage(int id, Span<byte> page);

    void WritePage(int id, int set, ReadOnlySpan<byte> page);

    void WriteSet(KeySet set, byte[] head);

    /// <summary>A set without pages, which are on their way.</summary>
    void BeginSet(int id, KeyKind kind, int level);

    /// <summary>Nobody looks at the set any more.</summary>
    void LeaveSet(int id);

    /// <summary>Deletes some pages of a set that is left, and the set behind the last of them. True where nothing of it is left.</summary>
    bool DeleteSet(int id, int most);

    void WritePiece(int id, KeyKind kind, ReadOnlySpan<byte> data);

    /// <summary>Deletes the pieces of a kind up to that number.</summary>
    void DeletePieces(KeyKind kind, int last);

    void WriteMark(KeyKind kind, int through);

    /// <summary>Reads keys that versions before kept, the oldest ones, until there are that many.</summary>
    /// <returns>Number of the last row that was read, 0 = there is none.</returns>
    int ReadOld(KeyKind kind, int most, List<EventKey> keys);

    void DeleteOld(KeyKind kind, int last);
}

/// <param name="id">Number of the set.</param>
/// <param name="kind">Of its keys.</param>
/// <param name="level">Of the set.</param>
/// <param name="state">How far it is.</param>
/// <param name="count">Of its keys.</param>
/// <param name="head">As <see cref="KeySet.Head"/> made it, where the set is whole; valid during the call only.</param>
internal delegate void KeySetReader(int id, KeyKind kind, int level, KeySetState state, long count, ReadOnlySpan<byte> head);

/// <param name="id">Number of the piece.</param>
/// <param name="kind">Of its keys.</param>
/// <param name="data">Keys and values one after the other; valid during the call only.</param>
internal delegate void KeyPieceReader(int id, KeyKind kind, ReadOnlySpan<byte> data);
