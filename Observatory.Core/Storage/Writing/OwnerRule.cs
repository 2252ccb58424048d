using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Finds the owner of a line that files of several sessions hold: the session that made it. In this order: the session with the
/// <c>api-request</c> line that the line names; else one whose first <c>queue-operation</c> is not later than the line; else one with a
/// <c>last-prompt</c> whose leaf is a copied line at or after it; of several, the one with the fewest copied lines, then the smaller
/// id. Every new fact can move items, so all items of the sessions concerned are judged again at each commit. Writer only.
/// </summary>
internal sealed class OwnerRule(ConversationCache conversations, WriterTables tables)
{
    private readonly KeyIndex _lines = new();
    private readonly KeyIndex _requests = new();
    private readonly Dictionary<int, List<ulong>> _leaves = [];
    private readonly Dictionary<ulong, SharedLine> _sharedLines = [];
    private readonly Dictionary<(ItemKind Kind, int Id), SharedItem> _items = [];
    private readonly Dictionary<int, List<SharedItem>> _itemsOf = [];
    private readonly HashSet<int> _dirty = [];

    private sealed record SharedLine(long At, List<int> Sessions);

    internal sealed class SharedItem(ItemKind kind, int id)
    {
        public ItemKind Kind { get; } = kind;
        public int Id { get; } = id;
        public long At { get; set; }
        public ulong RequestRef { get; set; }
        public int Owner { get; set; }
        public List<int> Sessions { get; } = [];
    }

    public void LoadLine(int conversation, ulong line) => _lines.TryAdd(line, conversation, out _);

    public void LoadRequest(int conversation, ulong request) => _requests.TryAdd(Mix(request, conversation), conversation, out _);

    public void LoadLeaf(int conversation, ulong leaf) => LeavesOf(conversation).Add(leaf);

    public void Load(SharedLineEntity row)
    {
        if (!_sharedLines.TryGetValue((ulong)row.Uuid, out var line)) _sharedLines[(ulong)row.Uuid] = line = new SharedLine(row.At, []);
        line.Sessions.Add(row.ConversationId);
    }

    public void Load(SharedItemEntity row, Func<ItemKind, int, ItemEntity> item)
    {
        if (!_items.TryGetValue((row.Kind, row.ItemId), out var shared))
        {
            var entity = item(row.Kind, row.ItemId);
            shared = new SharedItem(row.Kind, row.ItemId) { At = entity.At, RequestRef = (ulong)entity.RequestRef, Owner = entity.ConversationId };
            _items[(row.Kind, row.ItemId)] = shared;
        }
        shared.Sessions.Add(row.ConversationId);
        ItemsOf(row.ConversationId).Add(shared);
    }

    /// <summary>Session that first showed the line, or null.</summary>
    public int? SessionOfLine(ulong line) => _lines.TryGet(line, out var conversation) ? conversation : null;

    /// <summary>Takes a line in; true where it is new and must be remembered on disk.</summary>
    public bool AddLine(int conversation, ulong uuid, long at)
    {
        if (_lines.TryAdd(uuid, conversation, out var first)) return true;
        if (!_sharedLines.TryGetValue(uuid, out var line))
        {
            if (first == conversation) return false;
            _sharedLines[uuid] = line = new SharedLine(at, []);
            Share(first);
        }
        if (!line.Sessions.Contains(conversation)) Share(conversation);
        return false;

        void Share(int session)
        {
            line.Sessions.Add(session);
            conversations.Touch(session).CopiedLines++;
            tables.Write(new SharedLineEntity { Uuid = (long)uuid, ConversationId = session, At = line.At });
            _dirty.Add(session);
        }
    }

    public bool AddRequest(int conversation, ulong request)
    {
        if (!_requests.TryAdd(Mix(request, conversation), conversation, out _)) return false;
        _dirty.Add(conversation);
        return true;
    }

    public bool AddLeaf(int conversation, ulong leaf)
    {
        var leaves = LeavesOf(conversation);
        if (leaves.Contains(leaf)) return false;
        leaves.Add(leaf);
        _dirty.Add(conversation);
        return true;
    }

    public void FactsChanged(int conversation) => _dirty.Add(conversation);

    /// <summary>A session's file holds a line of the item. Cheap where the item is known to this session already.</summary>
    public void Seen(ItemKind kind, ItemEntity item, int conversation)
    {
        if (!_items.TryGetValue((kind, item.Id), out var shared))
        {
            if (item.ConversationId == conversation) return;
            shared = new SharedItem(kind, item.Id) { Owner = item.ConversationId };
            _items[(kind, item.Id)] = shared;
            Join(shared, item.ConversationId);
        }
        if (!shared.Sessions.Contains(conversation)) Join(shared, conversation);
        if (shared.At == item.At && shared.RequestRef == (ulong)item.RequestRef) return;
        (shared.At, shared.RequestRef) = (item.At, (ulong)item.RequestRef);
        _dirty.Add(conversation);
    }

    /// <summary>Items whose owner is another now, with the new owner; and the parent of every session judged.</summary>
    public List<(SharedItem Item, int Owner)> Judge()
    {
        var moved = new List<(SharedItem, int)>();
        foreach (var session in _dirty.SelectMany(d => ItemsOf(d)).SelectMany(i => i.Sessions).Distinct().ToList()) _dirty.Add(session);
        var facts = new Dictionary<int, Facts>();
        foreach (var item in _dirty.SelectMany(d => ItemsOf(d)).Distinct().ToList())
        {
            var owner = OwnerOf(item, facts);
            if (owner == item.Owner) continue;
            item.Owner = owner;
            moved.Add((item, owner));
        }
        foreach (var session in _dirty) SetParent(session);
        _dirty.Clear();
        return moved;
    }

    private readonly record struct Facts(long? FirstQueueOperation, long LatestSharedLeaf, int CopiedLines, string SessionId);

    private int OwnerOf(SharedItem item, Dictionary<int, Facts> facts)
    {
        var candidates = item.Sessions;
        var chosen = item.RequestRef == 0 ? [] : candidates.Where(s => _requests.TryGet(Mix(item.RequestRef, s), out _)).ToList();
        if (chosen.Count == 0) chosen = candidates.Where(s => Of(s).FirstQueueOperation <= item.At).ToList();
        if (chosen.Count == 0) chosen = candidates.Where(s => Of(s).LatestSharedLeaf >= item.At).ToList();
        if (chosen.Count == 0) chosen = candidates;
        return chosen.OrderBy(s => Of(s).CopiedLines).ThenBy(s => Of(s).SessionId, StringComparer.Ordinal).First();

        Facts Of(int session)
        {
            if (facts.TryGetValue(session, out var known)) return known;
            var row = conversations.Row(session);
            var leaf = long.MinValue;
            foreach (var uuid in LeavesOf(session))
            {
                if (_sharedLines.TryGetValue(uuid, out var line) && line.Sessions.Contains(session)) leaf = Math.Max(leaf, line.At);
            }
            return facts[session] = new Facts(row.FirstQueueOperation, leaf, row.CopiedLines, row.SessionId);
        }
    }

    /// <summary>
    /// A fork's parent is the session that made the newest line that the fork copied. A fork begins with copies: who made the first line
    /// that is shared is none, even where one of its later lines was given to a fork of it for want of marks.
    /// </summary>
    private void SetParent(int session)
    {
        var items = ItemsOf(session);
        var first = items.MinBy(i => (i.At, i.Kind, i.Id));
        var parent = first is null || first.Owner == session ? null : items.Where(i => i.Owner != session).MaxBy(i => (i.At, i.Kind, i.Id))?.Owner;
        if (conversations.Row(session).ParentId != parent) conversations.Touch(session).ParentId = parent;
    }

    private void Join(SharedItem shared, int conversation)
    {
        shared.Sessions.Add(conversation);
        ItemsOf(conversation).Add(shared);
        tables.Write(new SharedItemEntity { Kind = shared.Kind, ItemId = shared.Id, ConversationId = conversation });
        _dirty.Add(conversation);
    }

    private List<ulong> LeavesOf(int conversation) => _leaves.TryGetValue(conversation, out var list) ? list : _leaves[conversation] = [];

    private List<SharedItem> ItemsOf(int conversation) => _itemsOf.TryGetValue(conversation, out var list) ? list : _itemsOf[conversation] = [];

    private static ulong Mix(ulong fingerprint, int conversation)
    {
        var mixed = fingerprint ^ ((ulong)(uint)conversation + 1) * 0x9E3779B97F4A7C15UL;
        return mixed == 0 ? 1 : mixed;
    }
}
