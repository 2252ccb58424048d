using Observatory.Core.Privacy;

namespace Observatory.Core.Storage.Rework;

/// <summary>
/// Under which setting and rules everything in a database is kept at least. It stands in the database itself, as one number: a copy that is put back
/// tells the truth.
/// </summary>
/// <param name="Mode">The laxest setting under which a text in it was stored.</param>
/// <param name="Rules">The oldest <see cref="SecretRules.Version"/> by which one was redacted, 0 = none.</param>
/// <param name="Run">Number of the working over that was begun and not ended, 0 = none.</param>
internal readonly record struct ReworkMark(ContentMode Mode, int Rules, int Run)
{
    /// <summary>Runs are told apart by numbers from 1 to this.</summary>
    public const int MostRuns = (1 << 20) - 1;

    private const int RulesAt = 2, RunAt = 10, MostRules = 255;

    /// <summary>0, as of databases of earlier versions, is the laxest.</summary>
    public static ReworkMark From(int number) => new(ModeOf(number & 3), number >> RulesAt & MostRules, number >> RunAt & MostRuns);

    public int ToNumber() => Strictness(Mode) | Rules << RulesAt | Run << RunAt;

    /// <summary>What today's program keeps.</summary>
    public static ReworkMark Of(ContentMode mode) => new(mode, mode == ContentMode.Full ? 0 : SecretRules.Version, 0);

    /// <summary>Everything stored is at least as strict as that.</summary>
    public bool Satisfies(ReworkMark wanted) => Strictness(Mode) >= Strictness(wanted.Mode) && Rules >= wanted.Rules;

    /// <summary>When texts of that mark are stored, too.</summary>
    public ReworkMark With(ReworkMark other) =>
        this with { Mode = ModeOf(Math.Min(Strictness(Mode), Strictness(other.Mode))), Rules = Math.Min(Rules, other.Rules) };

    private static int Strictness(ContentMode mode) => mode switch { ContentMode.Full => 0, ContentMode.Redacted => 1, _ => 2 };

    private static ContentMode ModeOf(int strictness) => strictness switch { 0 => ContentMode.Full, 1 => ContentMode.Redacted, _ => ContentMode.Counts };
}
