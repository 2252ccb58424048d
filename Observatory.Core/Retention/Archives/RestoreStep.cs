using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Observatory.Core.Privacy;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Maintenance;
using Observatory.Core.Storage.Writing;

namespace Observatory.Core.Retention.Archives;

/// <summary>
/// Puts the rows of an archive back for a while, beside what is stored: sums kept what they gave. A row that is still stored is not put beside itself, one that
/// was put back before stays once.
/// </summary>
internal sealed class RestoreStep(
    IDbContextFactory<ObservatoryContext> contexts, ArchiveFolder folder, IErasedRows erased, ObservatoryOptions options) : IMaintenanceStep
{
    public const string StepName = "archive-restore";

    private const int AtOnce = 250;

    private readonly Redactor _redactor = new();

    public string Name => StepName;

    public int Order => MaintenanceOrder.Tidying;

    /// <param name="archive">Its id.</param>
    /// <param name="days">From the order on.</param>
    public static string ArgumentsOf(string archive, int days) => string.Create(CultureInfo.InvariantCulture, $"{archive} {days}");

    public static (string Archive, int Days) Read(string arguments) =>
        (arguments.Split(' ')[0], int.Parse(arguments.Split(' ')[1], CultureInfo.InvariantCulture));

    public static long KeepUntil(MaintenanceJob job) => job.AskedAt + (long)TimeSpan.FromDays(Read(job.Arguments).Days).TotalMilliseconds;

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        var archive = Read(job.Arguments).Archive;
        if (folder.Find(archive) is not { } manifest) throw new FileNotFoundException("The archive is gone.");
        var verdict = ArchiveReader.Verify(folder.FileOf(archive), manifest, cancel);
        if (!verdict.Ok) throw new InvalidDataException($"The archive is damaged, and nothing of it is put back. {verdict.Reason}");
        var (place, keepUntil) = (RestorePlace.Read(job.Place), KeepUntil(job));
        var known = new KnownNames();
        var (some, lines) = (new List<ArchiveLine>(), 0L);
        foreach (var line in ArchiveReader.Lines(folder.FileOf(archive)))
        {
            if (known.Take(line)) continue;
            var isRow = ArchiveKinds.IsRow(manifest.Dataset, line.Kind);
            if (!isRow && line.Kind != ArchiveKinds.Text) continue;
            // Texts that go with rows are put back again where it goes on: once is as good as twice.
            if (isRow && ++lines <= place.Lines) continue;
            some.Add(line);
            if (some.Count >= AtOnce) yield return await NextAsync().ConfigureAwait(false);
        }
        if (some.Count > 0) yield return await NextAsync().ConfigureAwait(false);

        async Task<MaintenancePiece> NextAsync()
        {
            var taken = some.ToArray();
            some.Clear();
            var sessions = await SessionsAsync(known, cancel).ConfigureAwait(false);
            MaintenancePiece piece = null!;
            var from = place;
            piece = MaintenancePiece.InTransaction(state =>
            {
                // It may be tried again: it counts from where the piece began.
                place = from;
                foreach (var line in taken) place = Put(state, line, manifest.Dataset, known, sessions, keepUntil, place);
                (piece.Place, piece.Done) = (place.ToString(), place.Rows - from.Rows);
            });
            piece.Total = manifest.Rows;
            return piece;
        }
    }

    private RestorePlace Put(
        WriterState state, ArchiveLine line, string dataset, KnownNames known, Dictionary<string, int> sessions, long keepUntil, RestorePlace place)
    {
        if (RestoredRow.Read(line) is not { } row)
        {
            var isPut = PutText(state, line, keepUntil);
            if (!ArchiveKinds.IsRow(dataset, line.Kind)) return place;
            return isPut is null ? place with { Lines = place.Lines + 1, There = place.There + 1 }
                : isPut.Value ? place with { Lines = place.Lines + 1, Rows = place.Rows + 1 }
                : place with { Lines = place.Lines + 1, LeftOut = place.LeftOut + 1 };
        }
        place = place with { Lines = place.Lines + 1 };
        if (IsStored(state, row)) return place with { There = place.There + 1 };
        var session = known.Session(row.ConversationId);
        var isLost = row.ConversationId != 0 && (session is null || !sessions.ContainsKey(session));
        if (isLost || erased.Holds(known.Text(row.UserId), session, known.Text(row.ProjectId))) return place with { LeftOut = place.LeftOut + 1 };
        var restored = RestoredRow.Of(row, session is null ? 0 : sessions[session], id => known.Today(state.Names, id), keepUntil);
        if (restored.Data is { } data) restored.Data = Kept(data);
        state.Rows.Facts.Restored.Write(restored);
        return place with { Rows = place.Rows + 1 };
    }

    /// <returns>Null = it is still stored; false = texts are not kept any more.</returns>
    private bool? PutText(WriterState state, ArchiveLine line, long keepUntil)
    {
        if (line.Id is not { } id || line.Text is not { } text) return false;
        if (state.Rows.LoadText(id) is not null) return null;
        if (Kept(text) is not { } kept) return false;
        state.Rows.Facts.Restored.Write(new RestoredTextEntity { TextId = id, Body = kept, KeepUntil = keepUntil });
        return true;
    }

    /// <summary>What was archived when more was kept than today is brought to what is kept today.</summary>
    private string? Kept(string text) => options.Privacy.Content switch
    {
        ContentMode.Full => text,
        ContentMode.Redacted => _redactor.Redact(text),
        _ => null,
    };

    private static bool IsStored(WriterState state, ItemEntity row)
    {
        return row switch
        {
            PromptEntity => In(state.Prompts),
            ResponseEntity => In(state.Responses),
            ToolCallEntity => In(state.ToolCalls),
            ApiErrorEntity => In(state.ApiErrors),
            MarkEntity => In(state.Marks),
            _ => In(state.Events),
        };

        // A database that was put back from a copy has not come to that number yet, or has given it to another row.
        bool In<T>(ItemStore<T> store) where T : ItemEntity, new() =>
            row.Id <= store.LastId && store.Look(row.Id) is { } stored && stored.KeyHigh == row.KeyHigh && stored.KeyLow == row.KeyLow;
    }

    private async Task<Dictionary<string, int>> SessionsAsync(KnownNames known, CancellationToken cancel)
    {
        var wanted = known.Sessions.Where(s => !known.Numbers.ContainsKey(s)).ToArray();
        if (wanted.Length == 0) return known.Numbers;
        await using var db = await contexts.CreateDbContextAsync(cancel).ConfigureAwait(false);
        foreach (var part in wanted.Chunk(500))
        {
            foreach (var found in await db.Conversations.Where(c => part.Contains(c.SessionId)).Select(c => new { c.Id, c.SessionId }).ToListAsync(cancel)
                .ConfigureAwait(false)) known.Numbers[found.SessionId] = found.Id;
        }
        return known.Numbers;
    }

    /// <summary>What the numbers of an archive stand for.</summary>
    private sealed class KnownNames
    {
        private readonly Dictionary<int, (NameKind Kind, string Text)> _names = [];
        private readonly Dictionary<int, string> _sessions = [];

        public IEnumerable<string> Sessions => _sessions.Values;

        /// <summary>Numbers of conversations today, as far as they were asked for.</summary>
        public Dictionary<string, int> Numbers { get; } = new(StringComparer.Ordinal);

        /// <summary>False = the line is no name.</summary>
        public bool Take(ArchiveLine line)
        {
            if (line is { Kind: ArchiveKinds.Name, Id: { } name, Of: { } kind, Text: { } text }) _names[name] = ((NameKind)kind, text);
            else if (line is { Kind: ArchiveKinds.Session, Id: { } session, Text: { } id }) _sessions[session] = id;
            else return false;
            return true;
        }

        public string? Text(int id) => _names.TryGetValue(id, out var name) ? name.Text : null;

        public string? Session(int id) => _sessions.GetValueOrDefault(id);

        /// <summary>Number of the name today, which is made where there is none.</summary>
        public int Today(NameTable names, int id) => _names.TryGetValue(id, out var name) ? names.Id(name.Kind, name.Text) : 0;
    }
}

/// <summary>Deletes what was put back once its time is over.</summary>
internal sealed class RestoredExpiryStep : IMaintenanceStep
{
    public const string StepName = "restored-expiry";

    private const int AtOnce = 1_000;

    public string Name => StepName;

    public int Order => MaintenanceOrder.Retention;

    public static string ArgumentsOf(long at) => at.ToString(CultureInfo.InvariantCulture);

    public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        for (var (at, gone) = (long.Parse(job.Arguments, CultureInfo.InvariantCulture), 1); gone > 0;)
        {
            MaintenancePiece piece = null!;
            piece = MaintenancePiece.InTransaction(state => piece.Done = gone = state.Rows.Facts.Restored.Expire(at, AtOnce));
            yield return piece;
        }
    }
}
