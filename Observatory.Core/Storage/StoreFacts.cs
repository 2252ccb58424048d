namespace Observatory.Core.Storage;

/// <summary>What a look at a database from outside finds.</summary>
public sealed record StoreFacts
{
    /// <summary>There is a database.</summary>
    public bool Exists { get; init; }

    /// <summary>Why it cannot be read, in the words of the error; null = it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Newest change of its form.</summary>
    public string Schema { get; init; } = "";

    /// <summary>Newest change of form that this program knows.</summary>
    public string KnownSchema { get; init; } = "";

    public long Bytes { get; init; }

    /// <summary>Of its log, which is not in the file yet.</summary>
    public long LogBytes { get; init; }

    /// <summary>Refused events that wait for someone's word.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Lines of transcripts that could not be read.</summary>
    public long BadLines { get; init; }

    /// <summary>Conversations with tokens that have no price.</summary>
    public long Unpriced { get; init; }

    /// <summary>Conversations with something later than a day from now: a clock was wrong.</summary>
    public long FromTheFuture { get; init; }

    /// <summary>Accounts that are not disabled.</summary>
    public long Accounts { get; init; }

    /// <summary>Names of keys that end within two weeks.</summary>
    public IReadOnlyList<string> EndingKeys { get; init; } = [];

    /// <summary>Mails of the last week that could not be sent.</summary>
    public long FailedMails { get; init; }

    /// <summary>Unix ms of the newest beat of a running program; null = none ever ran.</summary>
    public long? LastBeatAt { get; init; }
}

/// <summary>Looks at the database without the program: it needs nobody who runs, and changes nothing.</summary>
public interface IStoreDoctor
{
    /// <summary>Never throws: what cannot be read is a fact.</summary>
    StoreFacts Read();
}
