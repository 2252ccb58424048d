using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// What the writer holds in memory to know new from known. All of it can be read back from the database, which is what happens at
/// start and after a failed transaction: the memory is then as if the transaction had never been tried.
/// </summary>
internal sealed class WriterState
{
    /// <summary>More than there are sessions at work at a time: the last prompt of each is answered next. About 200 bytes each.</summary>
    private const int KeptPrompts = 4_096;

    public WriterState(IWriterRows rows)
    {
        Rows = rows;
        Gone = new GoneRows(rows.Facts);
        Conversations = new ConversationCache(rows, Gone);
        Owners = new OwnerRule(Conversations, Gone, rows.Facts);
        Prompts = new ItemStore<PromptEntity>(() => new PromptEntity(), rows.Prompts.Load, x => x.Copy(), KeptPrompts);
        Responses = new ItemStore<ResponseEntity>(() => new ResponseEntity(), rows.Responses.Load, x => x.Copy());
        ToolCalls = new ItemStore<ToolCallEntity>(() => new ToolCallEntity(), rows.ToolCalls.Load, x => x.Copy());
        ApiErrors = new ItemStore<ApiErrorEntity>(() => new ApiErrorEntity(), rows.ApiErrors.Load, x => x.Copy());
        Marks = new ItemStore<MarkEntity>(() => new MarkEntity(), rows.Marks.Load, x => x.Copy());
        Events = new ItemStore<EventEntity>(() => new EventEntity(), rows.Events.Load, x => x.Copy());
        Seen = new KnownKeys(rows.Facts.SeenEvents);
        Series = new SeriesTable(rows.Facts, Names);
        Projects = new ProjectRule(Names, rows);
        Calls = new RequestIndex(this);
        LoneCallers = new LoneCallers(rows);
        Models = new ModelNames(Names);
        Words = new LineWords(Names);
        Groups = new ResponseGroups(this);
        Titles = new SessionTitles(this);
        Load();
    }

    public IWriterRows Rows { get; }

    public NameTable Names { get; } = new();

    /// <summary>What counts in which project.</summary>
    public ProjectRule Projects { get; }

    public ConversationCache Conversations { get; }

    public OwnerRule Owners { get; }

    public ItemStore<PromptEntity> Prompts { get; }

    public ItemStore<ResponseEntity> Responses { get; }

    public ItemStore<ToolCallEntity> ToolCalls { get; }

    public ItemStore<ApiErrorEntity> ApiErrors { get; }

    public ItemStore<MarkEntity> Marks { get; }

    public ItemStore<EventEntity> Events { get; }

    /// <summary>Names that senders gave to their events.</summary>
    public KnownKeys Seen { get; }

    /// <summary>What is known of rows that were deleted.</summary>
    public GoneRows Gone { get; }

    public SeriesTable Series { get; }

    /// <summary>Reports of calls by request.</summary>
    public RequestIndex Calls { get; }

    public LoneCallers LoneCallers { get; }

    public ModelNames Models { get; }

    public LineWords Words { get; }

    public ResponseGroups Groups { get; }

    public SessionTitles Titles { get; }

    /// <summary>Bit n set = source n has told something.</summary>
    public int Sources { get; set; }

    /// <summary>Some row comes from elsewhere than transcripts: only then is there anything to meet.</summary>
    public bool HasForeign { get; set; }

    /// <summary>Conversations of which the running transaction learned something from a source for the first time.</summary>
    public HashSet<int> GivenChanged { get; } = [];

    /// <summary>Conversations whose user is another since the running transaction.</summary>
    public HashSet<int> UserChanged { get; } = [];

    public int NextTextId { get; set; }

    public int NextFingerprintId { get; set; }

    public int AddText(string body)
    {
        var id = NextTextId++;
        Rows.WriteText(id, body);
        return id;
    }

    /// <summary>Ends the transaction's view: what was touched is what is stored, once what <see cref="WriteSet"/> took is written.</summary>
    public void Committed()
    {
        Names.Added.Clear();
        GivenChanged.Clear();
        UserChanged.Clear();
        Projects.Committed();
        Calls.Committed();
        Owners.Committed();
        Conversations.Committed();
    }

    private void Load()
    {
        foreach (var name in Rows.Names()) Names.Load(name);
        Projects.Load();
        // Before the rows: those that are known by their sender's name for them are found by it alone.
        Seen.Load();
        Gone.Load();
        foreach (var (id, session) in Rows.Sessions()) Conversations.Load(id, session);
        Load(Prompts, Rows.Prompts);
        foreach (var (id, high, low) in Rows.Responses.Keys())
        {
            var isFound = !Seen.Contains(new EventKey(high, low));
            Responses.Load(id, high, low, isFound);
            if (isFound) Groups.Load(id, high, low);
        }
        Responses.Reserve(Rows.Responses.LastId());
        Load(ToolCalls, Rows.ToolCalls);
        Load(ApiErrors, Rows.ApiErrors);
        Load(Marks, Rows.Marks);
        Load(Events, Rows.Events);
        HasForeign = Rows.HasGiven((int)SourceRank.Foreign);
        Sources = Rows.Sources();
        Series.Load();
        Rows.Facts.Fingerprints(Load);
        foreach (var line in Rows.Facts.SharedLines()) Owners.Load(line);
        foreach (var item in Rows.Facts.GoneSharedItems()) Owners.LoadGone(item);
        foreach (var item in Rows.Facts.SharedItems()) Owners.Load(item, Find);
        Owners.Loaded();
        Groups.Loaded();
        Titles.Load();
        NextTextId = Rows.LastText() + 1;
        NextFingerprintId = Rows.Facts.LastFingerprints() + 1;
        foreach (var mark in Rows.Facts.IdMarks()) Reserve(mark);
    }

    private void Load<T>(ItemStore<T> store, IItemRows<T> rows) where T : ItemEntity, new()
    {
        foreach (var (id, high, low) in rows.Keys()) store.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        store.Reserve(rows.LastId());
    }

    private void Reserve(IdMarkEntity mark)
    {
        switch (mark.Kind)
        {
            case ItemStores.Prompts: Prompts.Reserve(mark.Last); break;
            case ItemStores.Responses: Responses.Reserve(mark.Last); break;
            case ItemStores.ToolCalls: ToolCalls.Reserve(mark.Last); break;
            case ItemStores.ApiErrors: ApiErrors.Reserve(mark.Last); break;
            case ItemStores.Marks: Marks.Reserve(mark.Last); break;
            case ItemStores.Events: Events.Reserve(mark.Last); break;
            case ItemStores.Texts: NextTextId = Math.Max(NextTextId, mark.Last + 1); break;
            default: throw new InvalidOperationException($"Numbers of {mark.Kind} are not given here.");
        }
    }

    private void Load(int conversation, FingerprintKind kind, ReadOnlySpan<byte> data)
    {
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(data);
            switch (kind)
            {
                case FingerprintKind.Line: Owners.LoadLine(conversation, value); break;
                case FingerprintKind.ApiRequest: Owners.LoadRequest(conversation, value); break;
                case FingerprintKind.LastPromptLeaf: Owners.LoadLeaf(conversation, value); break;
                default: throw new InvalidOperationException($"Fingerprint kind {kind} is not known.");
            }
        }
    }

    private ItemEntity Find(ItemKind kind, int id) => kind switch
    {
        ItemKind.Prompt => Rows.Prompts.Load(id),
        ItemKind.Response => Rows.Responses.Load(id),
        ItemKind.ToolCall => Rows.ToolCalls.Load(id),
        ItemKind.ApiError => Rows.ApiErrors.Load(id),
        ItemKind.Mark => Rows.Marks.Load(id),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
