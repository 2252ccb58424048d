using System.Globalization;
using Observatory.Core;
using Observatory.Core.Storage;
using Observatory.Web.Hosting;

namespace Observatory.Web.Operations;

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">What, in words.</param>
/// <param name="State"><c>ok</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to do; null where nothing is to be done.</param>
internal sealed record DoctorItem(string Check, string State, string Found, string? Advice)
{
    public const string Ok = "ok", Warning = "warning", Error = "error";
}

/// <summary>
/// What is wrong, why, and what to do. It reads and never writes, so that it can look beside a program that runs, and needs none. Errors first.
/// </summary>
internal sealed class Doctor(ObservatoryOptions settings, DataDirectory data, IStoreDoctor store, TimeProvider clock)
{
    private const long Mega = 1_000_000, Giga = 1_000 * Mega;
    private const long MostLog = 200 * Mega;

    public IReadOnlyList<DoctorItem> Look()
    {
        var facts = store.Read();
        IEnumerable<DoctorItem> items =
        [
            Folder(), Disk(facts), Clock(), Database(facts), Form(facts), Running(), .. new DoctorFolders(settings).Look(), Letters(facts), Prices(facts),
            Future(facts), Keys(facts), Accounts(facts), Mail(facts), Reach(), Content(),
        ];
        return [.. items.OrderBy(i => i.State switch { DoctorItem.Error => 0, DoctorItem.Warning => 1, _ => 2 })];
    }

    private DoctorItem Folder()
    {
        const string Check = "Data directory";
        if (!Directory.Exists(data.Path)) return new(Check, DoctorItem.Warning, $"{data.Path} is not there yet.", "Start the program: it makes it.");
        if (OperatingSystem.IsWindows()) return new(Check, DoctorItem.Ok, data.Path, null);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return (File.GetUnixFileMode(data.Path) & Others) == 0 ? new(Check, DoctorItem.Ok, data.Path, null)
            : new(Check, DoctorItem.Warning, $"Other accounts of this machine may look into {data.Path}.", $"chmod 700 {data.Path}");
    }

    private DoctorItem Disk(StoreFacts facts)
    {
        const string Check = "Disk";
        if (!Directory.Exists(data.Path)) return new(Check, DoctorItem.Ok, "Nothing is stored yet.", null);
        var free = new DriveInfo(Path.GetFullPath(data.Path)).AvailableFreeSpace;
        var found = $"{Size(free)} are free; the database takes {Size(facts.Bytes)}.";
        if (free < 200 * Mega) return new(Check, DoctorItem.Error, found,
            "Make room, or shorten what is kept under Admin, Retention: soon nothing can be written.");
        return free < Math.Max(Giga, facts.Bytes / 2)
            ? new(Check, DoctorItem.Warning, found, "Make room: an upgrade and a backup need as much again as the database takes.")
            : new(Check, DoctorItem.Ok, found, null);
    }

    private DoctorItem Clock()
    {
        const string Check = "Clock";
        var now = clock.GetUtcNow();
        return now.Year < 2025
            ? new(Check, DoctorItem.Error, $"This machine believes that it is {now:yyyy-MM-dd}.", "Set its clock: figures go by it.")
            : new(Check, DoctorItem.Ok, string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm} UTC"), null);
    }

    private static DoctorItem Database(StoreFacts facts)
    {
        const string Check = "Database";
        if (!facts.Exists) return new(Check, DoctorItem.Warning, "There is none yet.", "Start the program: it makes one.");
        if (facts.Problem is { } problem) return new(Check, DoctorItem.Error, $"It cannot be read: {problem}",
            "Stop the program, move the database away and start again, or put back a backup.");
        return facts.LogBytes > MostLog
            ? new(Check, DoctorItem.Warning, $"Its log holds {Size(facts.LogBytes)}.",
                "A long reading holds it open. It shrinks when the program is started anew.")
            : new(Check, DoctorItem.Ok, $"{Size(facts.Bytes)}, and it can be read.", null);
    }

    private static DoctorItem Form(StoreFacts facts)
    {
        const string Check = "Version of the database";
        if (!facts.Exists || facts.Problem is not null || facts.Schema == facts.KnownSchema)
            return new(Check, DoctorItem.Ok, facts.Schema.Length > 0 ? facts.Schema : facts.KnownSchema, null);
        return string.CompareOrdinal(facts.Schema, facts.KnownSchema) > 0
            ? new(Check, DoctorItem.Error, $"The database is of a newer version ({facts.Schema}) than this program.", "Install the newer program.")
            : new(Check, DoctorItem.Warning, $"The database is of an older version ({facts.Schema}).",
                "Start the program: it brings it up to date, after a backup.");
    }

    private DoctorItem Running()
    {
        const string Check = "Program";
        if (!Directory.Exists(data.Path) || !DataDirectoryLock.IsHeld(data)) return new(Check, DoctorItem.Ok, "It does not run at the moment.", null);
        return new(Check, DoctorItem.Ok, ServerState.Read(data) is { } server ? $"It runs at {server.Url}." : "It runs.", null);
    }

    private static DoctorItem Letters(StoreFacts facts)
    {
        const string Check = "What was refused";
        return facts.DeadLetters + facts.BadLines == 0 ? new(Check, DoctorItem.Ok, "Nothing waits.", null)
            : new(Check, DoctorItem.Warning, $"{facts.DeadLetters} events and {facts.BadLines} lines of transcripts were set aside.",
                "Look at them under Admin, Dead letters: each says what is wrong with it.");
    }

    private static DoctorItem Prices(StoreFacts facts) => facts.Unpriced == 0 ? new("Prices", DoctorItem.Ok, "Every model that was used has a price.", null)
        : new("Prices", DoctorItem.Warning, $"{facts.Unpriced} conversations used models that have no price here: their cost is \"at least\".",
            "Give them prices under Admin, Prices, or install a newer version.");

    private static DoctorItem Future(StoreFacts facts) => facts.FromTheFuture == 0
        ? new("Times", DoctorItem.Ok, "Nothing is dated later than tomorrow.", null)
        : new("Times", DoctorItem.Warning, $"{facts.FromTheFuture} conversations are dated later than tomorrow.",
            "Set the clock of the machine that they come from.");

    private static DoctorItem Keys(StoreFacts facts) => facts.EndingKeys.Count == 0
        ? new("API keys", DoctorItem.Ok, "None ends within two weeks.", null)
        : new("API keys", DoctorItem.Warning, $"These end within two weeks: {string.Join(", ", facts.EndingKeys.Take(10))}.",
            "Make new ones under Admin, API keys, and change them where they are used.");

    private DoctorItem Accounts(StoreFacts facts)
    {
        const string Check = "Accounts";
        if (facts.Accounts > 0) return new(Check, DoctorItem.Ok, $"{facts.Accounts} can sign in.", null);
        return settings.PublicUrl.Length == 0 ? new(Check, DoctorItem.Ok, "None: whoever runs the program signs in with the link that it prints.", null)
            : new(Check, DoctorItem.Warning, "There is none, and the program is reached from elsewhere.",
                "Set Observatory:Bootstrap:AdminEmail and AdminPassword, or sign in with the printed link and invite people.");
    }

    private DoctorItem Mail(StoreFacts facts)
    {
        const string Check = "Mail";
        if (facts.FailedMails > 0) return new(Check, DoctorItem.Warning, $"{facts.FailedMails} mails of the last week could not be sent.",
            "Look at the report's history for why, and try the settings under Reports.");
        return settings.Mail.Host.Length > 0 ? new(Check, DoctorItem.Ok, $"It is sent through {settings.Mail.Host}.", null)
            : new(Check, DoctorItem.Ok, "No mail server is set: mail is written to a folder.", null);
    }

    private DoctorItem Reach()
    {
        const string Check = "Address";
        if (settings.PublicUrl.Length == 0) return new(Check, DoctorItem.Ok, "No public address is set: links lead to the address that is listened on.", null);
        return settings.PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? new(Check, DoctorItem.Ok, settings.PublicUrl, null)
            : new(Check, DoctorItem.Warning, $"{settings.PublicUrl} is not encrypted.",
                "Put a proxy with a certificate in front, and set Observatory:PublicUrl to its https address.");
    }

    private DoctorItem Content() => settings.Privacy.Content == ContentMode.Full
        ? new("Texts", DoctorItem.Warning, "Texts are kept as they are, with the secrets that are in them.",
            "Set Observatory:Privacy:Content to Redacted unless that is meant.")
        : new("Texts", DoctorItem.Ok, $"Content is {settings.Privacy.Content}.", null);

    private static string Size(long bytes) => bytes >= Giga
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Giga:0.0} GB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Mega:0.#} MB");
}
