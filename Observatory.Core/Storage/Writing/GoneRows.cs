using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What a forgotten key is of. The numbers are stored inside keys: never change one.</summary>
internal enum GoneKind : ulong
{
    Prompt = 0x60E1,
    Response = 0x60E2,
    ToolCall = 0x60E3,
    ApiError = 0x60E4,
    Mark = 0x60E5,
    Event = 0x60E6,

    /// <summary>A request to the API of which a response is gone: under whatever key it comes again, it counted.</summary>
    Request = 0x60E7,
}

/// <summary>
/// Keys that outlive their rows, and what gone rows gave to conversations. A thing whose row is gone is known: nothing comes of it when its file is read again
/// or its sender sends again. Nothing of it is asked where no row is gone. Writer only.
/// </summary>
internal sealed class GoneRows(IFactRows facts, KnownKeys keys)
{
    private readonly Dictionary<int, Carry> _carries = [];
    private readonly HashSet<int> _changed = [];

    /// <summary>No row is gone: nothing has to be asked.</summary>
    public bool IsEmpty => _carries.Count == 0;

    public void Load()
    {
        foreach (var row in facts.Carries()) _carries[row.ConversationId] = Carry.From(row);
    }

    public bool Contains(GoneKind kind, EventKey key) => keys.Contains(key.With((ulong)kind));

    /// <summary>The key that is remembered of a row. Ids of the events API are unique within their conversation only.</summary>
    public static EventKey KeyOf(ItemEntity row)
    {
        var key = new EventKey((ulong)row.KeyHigh, (ulong)row.KeyLow);
        return (EventSource)row.Origin == EventSource.Api ? key.With((ulong)row.ConversationId) : key;
    }

    public bool ContainsRequest(ulong request) => request != 0 && Contains(GoneKind.Request, new EventKey(0, request));

    public void Add(GoneKind kind, EventKey key) => keys.Add(key.With((ulong)kind));

    public void AddRequest(ulong request)
    {
        if (request != 0) Add(GoneKind.Request, new EventKey(0, request));
    }

    /// <summary>Null = no row of the conversation is gone.</summary>
    public Carry? CarryOf(int conversation) => IsEmpty ? null : _carries.GetValueOrDefault(conversation);

    /// <summary>The carry to change: it is written with the transaction.</summary>
    public Carry TouchCarry(int conversation)
    {
        if (!_carries.TryGetValue(conversation, out var carry)) _carries[conversation] = carry = new Carry();
        _changed.Add(conversation);
        return carry;
    }

    /// <summary>What is stored of that time stays as it is: some of what it follows from is gone.</summary>
    public bool IsFrozen(int conversation, long at) => CarryOf(conversation) is { } carry && at <= carry.Until;

    /// <summary>Writes what the running transaction gave to conversations.</summary>
    public void Write()
    {
        foreach (var conversation in _changed) facts.Write(_carries[conversation].ToRow(conversation));
        _changed.Clear();
    }
}
