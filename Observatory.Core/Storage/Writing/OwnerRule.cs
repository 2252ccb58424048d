using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Keeps what decides who made a thing whose lines the files of several sessions hold, and says whose it is now. Things that files of the same
/// sessions hold, and that say the same of where they come from, were copied in one piece: they are judged together (<see cref="BlockOwner"/>).
/// Every new fact can move things, so all of the sessions concerned are judged again at each commit. Writer only.
/// </summary>
internal sealed class OwnerRule(ConversationCache conversations, GoneRows gone, IFactRows facts, KeyStore keys)
{
    private readonly HeldLines _lines = new(conversations, keys[KeyKind.Lines]);
    private readonly KeyMap _requests = keys[KeyKind.ApiRequests];
    private readonly Dictionary<int, List<ulong>> _leaves = [];
    private readonly Dictionary<(ItemKind Kind, int Id), SharedItem> _items = [];
    private readonly Dictionary<int, List<SharedItem>> _itemsOf = [];
    private readonly HashSet<int> _dirty = [];

    /// <summary>Lines with their session that the running transaction told first. Only where rows are gone.</summary>
    private readonly HashSet<ulong> _fresh = [];
    private readonly List<(SharedItem Part, int Whole)> _parts = [];
    private readonly Dictionary<(ItemKind Kind, int Id), GoneSharedItemEntity> _gone = [];

    public void LoadLeaf(int conversation, ulong leaf) => LeavesOf(conversation).Add(leaf);

    public void Load(SharedLineEntity row) => _lines.LoadShared((ulong)row.Uuid, row.ConversationId, row.At);

    public void Load(SharedItemEntity row, Func<ItemKind, int, ItemEntity> item)
    {
        if (!_items.TryGetValue((row.Kind, row.ItemId), out var shared))
        {
            var (made, whole) = _gone.TryGetValue((row.Kind, row.ItemId), out var gone) ? Of(gone) : Of(row.Kind, item(row.Kind, row.ItemId));
            _items[(row.Kind, row.ItemId)] = shared = made;
            if (whole != 0) _parts.Add((shared, whole));
        }
        shared.Hold(row.ConversationId, row.CopiedFromId);
        ItemsOf(row.ConversationId).Add(shared);
        // What an earlier version judged is judged by the rule of this one.
        _dirty.Add(row.ConversationId);
    }

    /// <summary>Before what is shared is loaded.</summary>
    public void LoadGone(GoneSharedItemEntity row) => _gone[(row.Kind, row.ItemId)] = row;

    /// <summary>The row of the item is deleted: what is known of it stays.</summary>
    public void Forget(ItemKind kind, ItemEntity item)
    {
        if (!_items.TryGetValue((kind, item.Id), out var shared)) return;
        shared.IsGone = true;
        facts.Write(new GoneSharedItemEntity
        {
            Kind = kind, ItemId = item.Id, At = shared.At, RequestRef = (long)shared.RequestRef, OwnerId = shared.Owner, WholeId = shared.Whole?.Id ?? 0,
            IsResult = shared.IsResult,
        });
    }

    private static (SharedItem Item, int Whole) Of(GoneSharedItemEntity row) => (new SharedItem(row.Kind, row.ItemId)
    {
        At = row.At, RequestRef = (ulong)row.RequestRef, Owner = row.OwnerId, IsResult = row.IsResult, IsGone = true,
    }, row.WholeId);

    private static (SharedItem Item, int Whole) Of(ItemKind kind, ItemEntity item) => (new SharedItem(kind, item.Id)
    {
        At = item.At, RequestRef = (ulong)item.RequestRef, Owner = item.ConversationId, IsResult = IsResult(item),
    }, item is ResponseEntity { Kind: (int)CallKind.Part } part ? part.CallId : 0);

    /// <summary>After the last of them was loaded.</summary>
    public void Loaded()
    {
        foreach (var parts in _parts.GroupBy(p => p.Whole))
        {
            if (_items.TryGetValue((ItemKind.Response, parts.Key), out var whole)) Link(whole, [.. parts.Select(p => p.Part)]);
        }
        _parts.Clear();
        _gone.Clear();
    }

    /// <summary>A version before kept lines and requests of sessions in chunks that each start read: they come into sets, some in each transaction.</summary>
    public void Import()
    {
        var old = new List<(int Conversation, FingerprintKind Kind, ulong Value)>();
        while (facts.OldFingerprints(keys.AtOnce, old) is ( > 0 and var last, var isLast))
        {
            var counts = new Dictionary<int, int>();
            foreach (var line in old.Where(f => f.Kind == FingerprintKind.Line)) counts[line.Conversation] = counts.GetValueOrDefault(line.Conversation) + 1;
            var requests = old.Where(f => f.Kind == FingerprintKind.ApiRequest)
                .Select(f => new KeyEntry(Mix(f.Value, f.Conversation), (uint)f.Conversation)).ToList();
            foreach (var request in requests) _requests.Add(request.Key, request.Value);
            var lines = old.Where(f => f.Kind == FingerprintKind.Line).Select(f => new KeyEntry(f.Value, (uint)f.Conversation)).ToList();
            keys.Import(KeyKind.Lines, lines, 0, writes =>
            {
                _requests.Take(writes);
                facts.DeleteOldFingerprints(last);
                // Lines that another session showed first were counted nowhere but in memory.
                foreach (var shared in isLast ? facts.SharedLines().ToList() : [])
                {
                    if (_lines.FirstOf((ulong)shared.Uuid) != shared.ConversationId)
                        counts[shared.ConversationId] = counts.GetValueOrDefault(shared.ConversationId) + 1;
                }
                foreach (var (conversation, count) in counts) facts.AddLines(conversation, count);
            });
            old.Clear();
        }
    }

    /// <summary>Session that first showed the line, or null.</summary>
    public int? SessionOfLine(ulong line) => _lines.FirstOf(line);

    /// <summary>The sessions whose files hold lines of the row itself, without those of its parts.</summary>
    public IEnumerable<int> SessionsOf(ItemKind kind, ItemEntity item) =>
        _items.TryGetValue((kind, item.Id), out var shared) ? shared.OwnHolders.Select(h => h.Session) : [item.ConversationId];

    /// <summary>Numbers of responses whose own lines files of several sessions hold, also of some that are gone.</summary>
    public IEnumerable<int> CopiedResponses() =>
        _items.Where(i => i.Key.Kind == ItemKind.Response && i.Value.OwnHolders.Count > 1).Select(i => i.Key.Id);

    /// <summary>Files of several sessions hold lines of the row itself.</summary>
    public bool HasCopies(ItemKind kind, int id) => _items.TryGetValue((kind, id), out var shared) && shared.OwnHolders.Count > 1;

    /// <summary>The session that made the line, as far as is known; null where none holds it.</summary>
    public int? OwnerOfLine(ulong uuid)
    {
        if (_lines.SharedLineOf(uuid) is not { } line) return SessionOfLine(uuid);
        var item = new SharedItem(ItemKind.Mark, 0) { At = line.At };
        foreach (var session in line.Sessions) item.Hold(session, 0);
        var marks = line.Sessions.ToDictionary(s => s, MarksOf);
        return new BlockOwner([item], s => marks.TryGetValue(s, out var known) ? known : MarksOf(s), HasRequest).Find();
    }

    /// <summary>Takes a line in; true where it is new.</summary>
    public bool AddLine(int conversation, ulong uuid, long at)
    {
        if (_lines.TryAdd(uuid, conversation, out var first))
        {
            // Until now all that it held was held by others too.
            if (_lines.Own(conversation) == 1 && _lines.Copied(conversation) > 0) _dirty.Add(conversation);
            if (!gone.IsEmpty) _fresh.Add(Mix(uuid, conversation));
            return true;
        }
        if (!_lines.IsShared(uuid))
        {
            if (first == conversation) return false;
            Share(first);
        }
        if (!_lines.IsHeld(uuid, conversation)) Share(conversation);
        return false;

        void Share(int session)
        {
            var line = _lines.Share(uuid, session, at);
            conversations.Touch(session).CopiedLines++;
            facts.Write(new SharedLineEntity { Uuid = (long)uuid, ConversationId = session, At = line.At });
            if (!gone.IsEmpty) _fresh.Add(Mix(uuid, session));
            _dirty.Add(session);
        }
    }

    /// <summary>A file of the session held the line before the running transaction.</summary>
    public bool WasTold(ulong line, int conversation) =>
        (_lines.FirstOf(line) == conversation || _lines.IsHeld(line, conversation)) && !_fresh.Contains(Mix(line, conversation));

    public void Committed() => _fresh.Clear();

    public bool AddRequest(int conversation, ulong request)
    {
        if (HasRequest(conversation, request)) return false;
        _requests.Add(Mix(request, conversation), (uint)conversation);
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

    public void FactsChanged(int conversation)
    {
        if (_itemsOf.ContainsKey(conversation)) _dirty.Add(conversation);
    }

    /// <summary>A session's file holds a line of the item. Cheap where this is known already.</summary>
    /// <param name="copiedFrom">The session that the line says it comes from, 0 = it says nothing.</param>
    public void Seen(ItemKind kind, ItemEntity item, int conversation, int copiedFrom = 0)
    {
        if (!_items.TryGetValue((kind, item.Id), out var shared))
        {
            if (item.ConversationId == conversation && copiedFrom == 0) return;
            shared = Add(kind, item);
            if (item.ConversationId != conversation) Join(shared, item.ConversationId, 0);
        }
        if (shared.FindOwn(conversation) is not { } holder) Join(shared, conversation, copiedFrom);
        else if (IsBetter(copiedFrom, holder.CopiedFrom)) Write(shared, conversation, copiedFrom);
        if (shared.At == item.At && shared.RequestRef == (ulong)item.RequestRef && shared.IsResult == IsResult(item)) return;
        (shared.At, shared.RequestRef, shared.IsResult) = (item.At, (ulong)item.RequestRef, IsResult(item));
        _dirty.Add(conversation);
    }

    /// <summary>Says which rows are parts of the response: who holds one of them holds it.</summary>
    public void SetParts(ResponseEntity whole, IReadOnlyList<ResponseEntity> parts)
    {
        _items.TryGetValue((ItemKind.Response, whole.Id), out var shared);
        if (shared is null && parts.All(p => p.ConversationId == whole.ConversationId && !_items.ContainsKey((ItemKind.Response, p.Id)))) return;
        shared ??= Sole(whole);
        Link(shared, [.. parts.Select(p => _items.GetValueOrDefault((ItemKind.Response, p.Id)) ?? Sole(p))]);
        (shared.At, shared.RequestRef) = (whole.At, (ulong)whole.RequestRef);

        SharedItem Sole(ResponseEntity row)
        {
            var sole = Add(ItemKind.Response, row);
            Join(sole, row.ConversationId, 0);
            return sole;
        }
    }

    private SharedItem Add(ItemKind kind, ItemEntity item)
    {
        return _items[(kind, item.Id)] = Of(kind, item).Item;
    }

    private void Link(SharedItem whole, SharedItem[] parts)
    {
        foreach (var gone in whole.Parts.Where(p => p.Whole == whole && !parts.Contains(p)))
        {
            gone.Whole = null;
            // Whose it was as a part says nothing: it is judged anew.
            foreach (var holder in gone.OwnHolders) _dirty.Add(holder.Session);
        }
        whole.Whole = null;
        whole.Parts = parts;
        foreach (var part in parts) (part.Whole, part.Parts) = (whole, []);
        foreach (var part in parts) part.Merge(IsBetter);
        whole.Merge(IsBetter);
        foreach (var holder in whole.Holders) _dirty.Add(holder.Session);
    }

    private static bool IsResult(ItemEntity item) => item is ToolCallEntity { IsCalled: false };

    /// <summary>Lines of one thing mostly say the same; where they do not, the smaller id holds, whichever came first.</summary>
    private bool IsBetter(int copiedFrom, int known)
    {
        if (copiedFrom == 0 || copiedFrom == known) return false;
        return known == 0 || string.CompareOrdinal(conversations.Row(copiedFrom).SessionId, conversations.Row(known).SessionId) < 0;
    }

    /// <summary>Items whose owner is another now, with the new owner; and the parent of every session judged.</summary>
    public List<(SharedItem Item, int Owner)> Judge()
    {
        var moved = new List<(SharedItem, int)>();
        if (_dirty.Count == 0) return moved;
        foreach (var session in _dirty.SelectMany(HeldBy).SelectMany(i => i.Holders).Select(h => h.Session).Distinct().ToList()) _dirty.Add(session);
        var marks = new Dictionary<int, SessionMarks>();
        foreach (var block in _dirty.SelectMany(HeldBy).Distinct().GroupBy(i => i.Block).ToList())
        {
            var items = block.ToList();
            var owner = new BlockOwner(items, Of, HasRequest).Find();
            foreach (var item in items.Where(i => i.Owner != owner && !i.IsGone))
            {
                item.Owner = owner;
                moved.Add((item, owner));
            }
        }
        foreach (var session in _dirty) SetParent(session);
        _dirty.Clear();
        return moved;

        SessionMarks Of(int session) => marks.TryGetValue(session, out var known) ? known : marks[session] = MarksOf(session);
    }

    private bool HasRequest(int session, ulong request) => _requests.Contains(Mix(request, session), (uint)session);

    private SessionMarks MarksOf(int session)
    {
        var row = conversations.Row(session);
        var leaf = long.MinValue;
        foreach (var uuid in LeavesOf(session)) leaf = Math.Max(leaf, _lines.SharedAt(uuid, session) ?? long.MinValue);
        var parents = HeldBy(session).Select(i => i.Find(session)?.CopiedFrom ?? 0).Where(p => p != 0).ToHashSet();
        var goneOnBy = _lines.HoldingAllOf(session).Where(BeginsWith).ToList();
        return new SessionMarks(row.FirstQueueOperation, leaf, _lines.Copied(session), row.SessionId, parents, goneOnBy);

        // Who holds earlier lines too did not begin with these.
        bool BeginsWith(int other) => row.FirstLineAt is null || !(conversations.Row(other).FirstLineAt < row.FirstLineAt);
    }

    /// <summary>
    /// A fork's parent is the session that made the newest line that the fork copied. A fork begins with copies: who made the first line
    /// that is shared is none, even where one of its later lines was given to a fork of it for want of marks.
    /// </summary>
    private void SetParent(int session)
    {
        var items = HeldBy(session).Where(i => i.IsShared).Distinct().ToList();
        var first = items.MinBy(i => (i.At, i.Kind, i.Id));
        var parent = first is null || first.Owner == session ? null : items.Where(i => i.Owner != session).MaxBy(i => (i.At, i.Kind, i.Id))?.Owner;
        if (conversations.Row(session).ParentId != parent) conversations.Touch(session).ParentId = parent;
    }

    private void Join(SharedItem shared, int conversation, int copiedFrom)
    {
        ItemsOf(conversation).Add(shared);
        Write(shared, conversation, copiedFrom);
    }

    private void Write(SharedItem shared, int conversation, int copiedFrom)
    {
        shared.Hold(conversation, copiedFrom);
        (shared.Whole ?? shared).Merge(IsBetter);
        facts.Write(new SharedItemEntity { Kind = shared.Kind, ItemId = shared.Id, ConversationId = conversation, CopiedFromId = copiedFrom });
        _dirty.Add(conversation);
    }

    private List<ulong> LeavesOf(int conversation) => _leaves.TryGetValue(conversation, out var list) ? list : _leaves[conversation] = [];

    /// <summary>What the session's files hold lines of; some of it more than once.</summary>
    private IEnumerable<SharedItem> HeldBy(int conversation) => ItemsOf(conversation).Select(i => i.Whole ?? i);

    private List<SharedItem> ItemsOf(int conversation) => _itemsOf.TryGetValue(conversation, out var list) ? list : _itemsOf[conversation] = [];

    private static ulong Mix(ulong fingerprint, int conversation)
    {
        var mixed = fingerprint ^ ((ulong)(uint)conversation + 1) * 0x9E3779B97F4A7C15UL;
        return mixed == 0 ? 1 : mixed;
    }
}
