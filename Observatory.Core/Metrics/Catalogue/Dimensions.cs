namespace Observatory.Core.Metrics.Catalogue;

/// <summary>What metrics can be grouped and filtered by.</summary>
public static class Dimensions
{
    public const string User = "user";
    public const string Project = "project";
    public const string Model = "model";
    public const string Source = "source";
    public const string Tool = "tool";
    public const string Type = "type";

    /// <summary><c>opus</c> of <c>claude-opus-5-5</c>; a model that is none of Claude's is its own family.</summary>
    public const string ModelFamily = "modelFamily";

    /// <summary><c>00</c> to <c>23</c>, on the clocks of the reader's zone.</summary>
    public const string HourOfDay = "hourOfDay";

    /// <summary><c>Monday</c> to <c>Sunday</c>, in the reader's zone.</summary>
    public const string DayOfWeek = "dayOfWeek";

    /// <summary><c>weekend</c> or <c>weekday</c>, in the reader's zone.</summary>
    public const string Weekend = "weekend";

    /// <summary>Of Git, where the source tells it.</summary>
    public const string Branch = "branch";

    /// <summary><c>yes</c> or <c>no</c>: the prompt holds a block of code.</summary>
    public const string HasCode = "hasCode";

    /// <summary>See <see cref="Ingestion.Enrichment.PromptScale"/>.</summary>
    public const string PromptLength = "promptLength";

    /// <summary>Estimated; see <see cref="Ingestion.Enrichment.PromptScale"/>.</summary>
    public const string ReadingTime = "readingTime";

    private static readonly IReadOnlyList<string> s_ofTime = [HourOfDay, DayOfWeek, Weekend];

    /// <summary>Of calls that failed, and of what only prompts and failures decide.</summary>
    internal static IReadOnlyList<string> OfPrompts { get; } = [User, Project, Source, Branch, .. s_ofTime];

    /// <summary>Of prompts alone.</summary>
    internal static IReadOnlyList<string> OfTyped { get; } = [.. OfPrompts, HasCode, PromptLength, ReadingTime];

    /// <summary>Of moments at which something went on.</summary>
    internal static IReadOnlyList<string> OfMoments { get; } = [User, Project, Source, .. s_ofTime];

    /// <summary>Of answers.</summary>
    internal static IReadOnlyList<string> OfAnswers { get; } = [User, Project, Model, ModelFamily, Source, Branch, .. s_ofTime];

    internal static IReadOnlyList<string> OfTools { get; } = [User, Project, Model, ModelFamily, Source, Tool, Branch, .. s_ofTime];

    /// <summary>Of what spans of calls to the API tell.</summary>
    internal static IReadOnlyList<string> OfCallTimes { get; } = [User, Project, Model, ModelFamily, Source, .. s_ofTime];

    /// <summary>Of what spans of tools tell.</summary>
    internal static IReadOnlyList<string> OfToolTimes { get; } = [User, Project, Source, Tool, .. s_ofTime];

    internal static IReadOnlyList<string> OfEvents { get; } = [User, Project, Source, Type, .. s_ofTime];

    /// <summary>No roll-up has it: rows are read where they are.</summary>
    internal static bool IsOfRows(string dimension) => dimension is Branch or HasCode or PromptLength or ReadingTime;

    /// <summary>
    /// It follows from what else is known of a row. Who sees groups of people only is not shown it: nobody judges how many stand in such a group.
    /// </summary>
    public static bool IsEnriched(string dimension) => IsOfRows(dimension) || dimension is ModelFamily or HourOfDay or DayOfWeek or Weekend;

    /// <summary>For people, as it stands behind "by".</summary>
    public static string TitleOf(string dimension) => dimension switch
    {
        ModelFamily => "model family",
        HourOfDay => "hour of the day",
        DayOfWeek => "day of the week",
        Weekend => "weekend or weekday",
        HasCode => "code in the prompt",
        PromptLength => "length of the prompt",
        ReadingTime => "reading time of the prompt",
        _ => dimension,
    };
}
