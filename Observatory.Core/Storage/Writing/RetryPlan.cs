namespace Observatory.Core.Storage.Writing;

/// <summary>How a try to write a group of batches ended, where it did not end well.</summary>
internal enum WriteFailure
{
    /// <summary>The store cannot take anything now: a full disk, a lock, a file that is away.</summary>
    Passing,

    /// <summary>Not even a transaction without any event can be written: it is not for what the batches hold.</summary>
    Standstill,

    /// <summary>It fails in the same way each time: for something in the batches, as far as is known.</summary>
    Refused,

    /// <summary>Nothing of the group could be written, and its senders were told.</summary>
    GivenUp,
}

/// <summary>What becomes of a part of a group that failed by itself.</summary>
internal enum PartStep
{
    /// <summary>Each half for itself.</summary>
    Halve,

    /// <summary>The one event is kept as a dead letter, and the rest goes on.</summary>
    SetAside,

    /// <summary>Its sender is told to keep it.</summary>
    Refuse,
}

/// <summary>
/// What the writer does next with a group of batches, from how the tries before ended. It knows no store and no clock: what it says follows from what it is
/// told.
/// Every wait has a longest, and nothing that waits is dropped.
/// </summary>
/// <param name="Attempt">Of the next try, from 1.</param>
/// <param name="IsApart">The next try writes each batch for itself, and what fails in it by halves; else all in one transaction.</param>
/// <param name="IsAlone">The group was one batch when it was refused: to write it whole once more would say nothing new.</param>
/// <param name="IsUncounted">Its batches do not count as waiting any more.</param>
/// <param name="Pause">Before the next try.</param>
internal readonly record struct RetryPlan(int Attempt, bool IsApart, bool IsAlone, bool IsUncounted, TimeSpan Pause)
{
    /// <summary>Of tries that may succeed by themselves.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Of tries that need someone's help: each reads the writer's memory anew.</summary>
    public static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(30);

    private const int FirstMs = 100, MostDoublings = 10;

    public static RetryPlan First { get; } = new(1, IsApart: false, IsAlone: false, IsUncounted: false, TimeSpan.Zero);

    /// <summary>Never behind a failure: what is handed over counts as written, and each round would take more from the queue.</summary>
    public bool MayOverlap => Attempt == 1;

    /// <param name="failure">How the try ended.</param>
    /// <param name="batches">Of the group.</param>
    /// <param name="isFailing">The last that was known of the store is that it takes nothing: a failure says nothing of the batch then.</param>
    public RetryPlan After(WriteFailure failure, int batches, bool isFailing) => failure switch
    {
        WriteFailure.Passing => this with { Attempt = Attempt + 1, Pause = PauseAfter(Attempt, LongestPause) },
        // As if it were the first time: none of it has had its chance.
        WriteFailure.Standstill => this with { Attempt = Attempt + 1, IsApart = false, Pause = PauseAfter(Attempt, LongestStandstill) },
        WriteFailure.Refused => new RetryPlan(Attempt + 1, IsApart: true, IsAlone: batches == 1 && !isFailing, IsUncounted: true, TimeSpan.Zero),
        WriteFailure.GivenUp => this with { Attempt = Attempt + 1, Pause = TimeSpan.Zero },
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };

    /// <param name="events">Of the part that failed.</param>
    /// <param name="error">Why.</param>
    /// <param name="isOfFile">It is read on behind the event, or it would be read for ever: what is left out of it comes in with a database that is made
    /// anew.</param>
    public static PartStep ForPart(int events, StoreErrorKind error, bool isOfFile)
    {
        if (events > 1) return PartStep.Halve;
        return error == StoreErrorKind.Damage && !isOfFile ? PartStep.Refuse : PartStep.SetAside;
    }

    /// <summary>0.2, 0.4, 0.8 … seconds.</summary>
    public static TimeSpan PauseAfter(int attempt, TimeSpan longest) =>
        TimeSpan.FromMilliseconds(Math.Min(FirstMs * Math.Pow(2, Math.Min(attempt, MostDoublings)), longest.TotalMilliseconds));
}
