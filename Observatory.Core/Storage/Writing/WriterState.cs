using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite;
using Observatory.Core.Storage.Sqlite.Blocks;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// What the writer holds in memory to know new from known. All of it can be read back from the database, which is what happens at
/// start and after a failed transaction: the memory is then as if the transaction had never been tried.
/// </summary>
internal sealed class WriterState
{
    /// <summary>More than there are sessions at work at a time: the last prompt of each is answered next. About 200 bytes each.</summary>
    private const int KeptPrompts = 4_096;

    public WriterState(WriterTables tables)
    {
        Tables = tables;
        Conversations = new ConversationCache(tables);
        Owners = new OwnerRule(Conversations, tables);
        Prompts = new ItemStore<PromptEntity>(() => new PromptEntity(), tables.Prompts.Load, x => x.Copy(), KeptPrompts);
        Responses = new ItemStore<ResponseEntity>(() => new ResponseEntity(), tables.Responses.Load, x => x.Copy());
        ToolCalls = new ItemStore<ToolCallEntity>(() => new ToolCallEntity(), tables.ToolCalls.Load, x => x.Copy());
        ApiErrors = new ItemStore<ApiErrorEntity>(() => new ApiErrorEntity(), tables.ApiErrors.Load, x => x.Copy());
        Marks = new ItemStore<MarkEntity>(() => new MarkEntity(), tables.Marks.Load, x => x.Copy());
        Events = new ItemStore<EventEntity>(() => new EventEntity(), tables.Events.Load, x => x.Copy());
        Seen = new SeenEvents(tables);
        Series = new SeriesTable(tables, Names);
        Projects = new ProjectRule(Names, tables);
        Calls = new RequestIndex(this);
        LoneCallers = new LoneCallers(tables);
        Models = new ModelNames(Names);
        Words = new LineWords(Names);
        Groups = new ResponseGroups(this);
        Titles = new SessionTitles(this);
        Load();
    }

    public WriterTables Tables { get; }

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
    public SeenEvents Seen { get; }

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
        Tables.WriteText(id, body);
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
        Conversations.Committed();
    }

    private void Load()
    {
        foreach (var name in Tables.Names()) Names.Load(name);
        Projects.Load();
        // Before the rows: those that are known by their sender's name for them are found by it alone.
        Seen.Load();
        foreach (var (id, session) in Tables.Sessions()) Conversations.Load(id, session);
        foreach (var (id, high, low) in Tables.Keys("prompts")) Prompts.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        foreach (var (id, high, low) in Tables.Keys("responses"))
        {
            var isFound = !Seen.Contains(new EventKey(high, low));
            Responses.Load(id, high, low, isFound);
            if (isFound) Groups.Load(id, high, low);
        }
        foreach (var (id, high, low) in Tables.Keys("tool_calls")) ToolCalls.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        foreach (var (id, high, low) in Tables.Keys("api_errors")) ApiErrors.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        foreach (var (id, high, low) in Tables.Keys("marks")) Marks.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        foreach (var (id, high, low) in Tables.Keys("events")) Events.Load(id, high, low, !Seen.Contains(new EventKey(high, low)));
        Responses.Reserve(Tables.LastInBlocks(BlockKind.Responses));
        ToolCalls.Reserve(Tables.LastInBlocks(BlockKind.ToolCalls));
        Events.Reserve(Tables.LastInBlocks(BlockKind.Events));
        HasForeign = Tables.HasForeign();
        Sources = Tables.Sources();
        Series.Load();
        Tables.Fingerprints(Load);
        foreach (var line in Tables.SharedLines()) Owners.Load(line);
        foreach (var item in Tables.SharedItems()) Owners.Load(item, Find);
        Owners.Loaded();
        Titles.Load();
        NextTextId = (int)Tables.MaxId("texts") + 1;
        NextFingerprintId = (int)Tables.MaxId("fingerprints") + 1;
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
        ItemKind.Prompt => Tables.Prompts.Load(id),
        ItemKind.Response => Tables.Responses.Load(id),
        ItemKind.ToolCall => Tables.ToolCalls.Load(id),
        ItemKind.ApiError => Tables.ApiErrors.Load(id),
        ItemKind.Mark => Tables.Marks.Load(id),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
