using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>Everything that the writer reads and writes, on its own connection. Writer only.</summary>
internal interface IWriterRows : IDisposable
{
    IWriterTransaction Transaction { get; }

    IItemRows<PromptEntity> Prompts { get; }

    IItemRows<ResponseEntity> Responses { get; }

    IItemRows<ToolCallEntity> ToolCalls { get; }

    IItemRows<ApiErrorEntity> ApiErrors { get; }

    IItemRows<MarkEntity> Marks { get; }

    IItemRows<EventEntity> Events { get; }

    IRollupTables Rollups { get; }

    /// <summary>What decides whose a thing is, and what else is known of sessions beside their items.</summary>
    IFactRows Facts { get; }

    IKeyRows Keys { get; }

    IEnumerable<NameEntity> Names();

    void Write(NameEntity x);

    /// <summary>Number and session id of each conversation.</summary>
    IEnumerable<(int Id, string Session)> Sessions();

    /// <exception cref="InvalidOperationException">There is none of that number.</exception>
    ConversationEntity LoadConversation(int id);

    /// <param name="x">The row.</param>
    /// <param name="isNew">No row of it is stored.</param>
    void Write(ConversationEntity x, bool isNew);

    /// <summary>Some conversation has one of these bits in <see cref="ConversationEntity.Given"/>.</summary>
    bool HasGiven(int bits);

    /// <summary>Bit n set = some conversation is known through source n.</summary>
    int Sources();

    /// <summary>Conversations with something that counts in one of the first folders, or that started in one of either.</summary>
    List<int> ConversationsOf(IReadOnlyList<int> folders, IReadOnlyList<int> around);

    /// <summary>Calls behind one number and up to another that name a request: number and request.</summary>
    IEnumerable<(int Id, ulong Request)> Requests(int after, int last);

    void Write(AgentEntity x);

    /// <summary>The greatest number of a stored text, 0 = there is none.</summary>
    int LastText();

    void WriteText(int id, string body);

    /// <summary>Null where there is none of that number.</summary>
    string? LoadText(int id);

    void DeleteText(int id);

    /// <summary>Deletes refused events, also those that were let in again.</summary>
    /// <param name="before">Unix ms: received earlier.</param>
    /// <param name="lastId">None with a greater number.</param>
    /// <param name="most">Rows.</param>
    /// <returns>How many were deleted.</returns>
    int DeleteLetters(long before, int lastId, int most);

    /// <summary>Gives room that deleted rows left back to the disk; the file shrinks with the next checkpoint.</summary>
    /// <param name="most">Pages.</param>
    /// <returns>Bytes given back; 0 = there is nothing to give, or the file cannot shrink by parts.</returns>
    long GiveBack(int most);

    /// <summary>Rows of a UTC day (days since 1970-01-01) are gone: what is read of it is not what it was.</summary>
    void NoteGone(int day, int rows);

    /// <summary>How far a job is. It stands in the transaction that brought it there.</summary>
    void Write(MaintenancePlace x);

    void Write(Bookmark x);

    /// <summary>
    /// False where the same line was set aside before: a file that is read again adds nothing. Of a file the first ones are kept, the others counted.
    /// </summary>
    bool Write(RejectedLine x, long at);

    void Write(DeadLetter x, string? user, long at);

    void WriteDrift(string kind, string version, int lines, long at);
}

/// <summary>Rows of one kind of item. Writer only.</summary>
internal interface IItemRows<T> where T : ItemEntity, new()
{
    /// <summary>Number and key of each behind one number and up to another, in order of numbers.</summary>
    IEnumerable<(int Id, ulong High, ulong Low)> Keys(int after, int last);

    /// <summary>No stored item has a greater number, those included that cannot be read.</summary>
    int LastId();

    /// <exception cref="InvalidOperationException">There is none of that number.</exception>
    T Load(int id);

    /// <summary>The same; null where there is none of that number.</summary>
    T? Find(int id);

    /// <summary>All of them, in no order.</summary>
    IEnumerable<T> OfConversation(int conversation);

    /// <summary>Some of those that are meant, in no order.</summary>
    /// <param name="filter">What is meant.</param>
    /// <param name="lastId">None with a greater number.</param>
    /// <param name="most">Rows.</param>
    List<T> Matching(RowFilter filter, int lastId, int most);

    /// <summary>Adds rows whose numbers are new and grow.</summary>
    void Add(IReadOnlyList<Change<T>> rows);

    /// <summary>Puts a row in the place of the stored one, unless they are equal: more is looked at than changes.</summary>
    void Replace(T before, T after);

    /// <summary>Deletes rows for good; what held them together is written anew without them.</summary>
    /// <param name="ids">Numbers that grow.</param>
    void Remove(IReadOnlyList<int> ids);
}

/// <param name="Job">Its number.</param>
/// <param name="Place">Where it goes on, in the step's own words.</param>
/// <param name="Done">In the step's own unit.</param>
/// <param name="Total">Of how many, 0 = not known.</param>
internal sealed record MaintenancePlace(int Job, string? Place, long Done, long Total);
