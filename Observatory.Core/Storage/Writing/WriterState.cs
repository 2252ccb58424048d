using System.Buffers.Binary;
using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing.Keys;

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
        Keys = new KeyStore(rows.Keys, rows.Transaction);
        Gone = new GoneRows(rows.Facts, new KnownKeys(Keys[KeyKind.ForgottenKeys]));
        Conversations = new ConversationCache(rows, Gone);
        Owners = new OwnerRule(Conversations, Gone, rows.Facts, Keys);
        Prompts = new ItemStore<PromptEntity>(() => new PromptEntity(), rows.Prompts, x => x.Copy(), Keys[KeyKind.Prompts], KeptPrompts);
        Responses = new ItemStore<ResponseEntity>(() => new ResponseEntity(), rows.Responses, x => x.Copy(), Keys[KeyKind.Responses]);
        ToolCalls = new ItemStore<ToolCallEntity>(() => new ToolCallEntity(), rows.ToolCalls, x => x.Copy(), Keys[KeyKind.ToolCalls]);
        ApiErrors = new ItemStore<ApiErrorEntity>(() => new ApiErrorEntity(), rows.ApiErrors, x => x.Copy(), Keys[KeyKind.ApiErrors]);
        Marks = new ItemStore<MarkEntity>(() => new MarkEntity(), rows.Marks, x => x.Copy(), Keys[KeyKind.Marks]);
        Events = new ItemStore<EventEntity>(() => new EventEntity(), rows.Events, x => x.Copy(), Keys[KeyKind.Events]);
        Seen = new KnownKeys(Keys[KeyKind.SeenEvents]);
        Series = new SeriesTable(rows.Facts.Series, Names);
        Projects = new ProjectRule(Names, rows);
        Calls = new RequestIndex(this, Keys[KeyKind.Requests]);
        LoneCallers = new LoneCallers(rows);
        Models = new ModelNames(Names);
        Words = new LineWords(Names);
        Groups = new ResponseGroups(this, Keys[KeyKind.Groups]);
        Titles = new SessionTitles(this);
        Spans = new ToolSpans(this);
        Load();
    }

    public IWriterRows Rows { get; }

    public KeyStore Keys { get; }

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

    public ToolSpans Spans { get; }

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
        Spans.Committed();
        Calls.Committed();
        Owners.Committed();
        Conversations.Committed();
    }

    private void Load()
    {
        foreach (var name in Rows.Names()) Names.Load(name);
        Projects.Load();
        // Before the rows: those that are known by their sender's name for them are found by it alone.
        Keys.Load();
        Gone.Load();
        foreach (var (id, session) in Rows.Sessions()) Conversations.Load(id, session);
        Load(Prompts, Rows.Prompts, KeyKind.Prompts);
        Load(Responses, Rows.Responses, KeyKind.Responses);
        Load(ToolCalls, Rows.ToolCalls, KeyKind.ToolCalls);
        Load(ApiErrors, Rows.ApiErrors, KeyKind.ApiErrors);
        Load(Marks, Rows.Marks, KeyKind.Marks);
        Load(Events, Rows.Events, KeyKind.Events);
        Groups.Load();
        HasForeign = Rows.HasGiven((int)SourceRank.Foreign);
        Sources = Rows.Sources();
        Calls.Load();
        Series.Load();
        Owners.Import();
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

    /// <summary>
    /// Takes in keys of rows that are not known by them yet: of a version before all, else the few that were stored since others were noted.
    /// </summary>
    private void Load<T>(ItemStore<T> store, IItemRows<T> rows, KeyKind kind) where T : ItemEntity, new()
    {
        var (keys, last) = (Keys[kind], rows.LastId());
        store.Reserve(Math.Max(last, keys.Through));
        while (keys.Through < last)
        {
            var to = (int)Math.Min(last, (long)keys.Through + Keys.AtOnce);
            var found = rows.Keys(keys.Through, to).ToList();
            // In order of the keys: they are looked up page by page.
            found.Sort((a, b) => a.Low.CompareTo(b.Low));
            found.RemoveAll(row => Seen.Contains(new EventKey(row.High, row.Low)));
            var entries = found.ConvertAll(row => new KeyEntry(ItemStore<T>.NotZero(row.Low), (uint)row.Id));
            if (kind != KeyKind.Responses || found.Count == 0) Keys.Import(kind, entries, to);
            else
            {
                foreach (var row in found.OrderBy(row => row.Id)) Groups.Import(row.Id, row.High, row.Low);
                Keys.Import(kind, entries, to, Keys[KeyKind.Groups].Take);
            }
        }
    }

    /// <summary>What the running transaction writes of keys, once all of it is applied.</summary>
    public KeyWrites TakeKeys()
    {
        Keys[KeyKind.Prompts].Through = Prompts.LastId;
        Keys[KeyKind.Responses].Through = Responses.LastId;
        Keys[KeyKind.ToolCalls].Through = ToolCalls.LastId;
        Keys[KeyKind.ApiErrors].Through = ApiErrors.LastId;
        Keys[KeyKind.Marks].Through = Marks.LastId;
        Keys[KeyKind.Events].Through = Events.LastId;
        if (Calls.IsBuilt) Keys[KeyKind.Requests].Through = Responses.LastId;
        return Keys.Take();
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
            if (kind != FingerprintKind.LastPromptLeaf) throw new InvalidOperationException($"Fingerprint kind {kind} is not known.");
            Owners.LoadLeaf(conversation, value);
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
