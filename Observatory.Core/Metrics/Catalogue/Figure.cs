namespace Observatory.Core.Metrics.Catalogue;

/// <summary>What one figure means: its entry in the glossary.</summary>
public record Figure
{
    /// <summary>As answers, addresses and files write it, camelCase.</summary>
    public required string Name { get; init; }

    /// <summary>For people, without the unit.</summary>
    public required string Title { get; init; }

    /// <summary>See <see cref="Units"/>.</summary>
    public required string Unit { get; init; }

    /// <summary>A sentence.</summary>
    public required string Definition { get; init; }

    /// <summary>In names of figures; null where it is a count or a sum and the definition says all.</summary>
    public string? Formula { get; init; }

    /// <summary>What it leaves out, or must not be taken for; null where nothing has to be said.</summary>
    public string? Excludes { get; init; }

    /// <summary>Names under which other answers have the same figure.</summary>
    public IReadOnlyList<string> AlsoNamed { get; init; } = [];
}

/// <summary>Units as answers write them.</summary>
public static class Units
{
    public const string Tokens = "tokens";
    public const string Usd = "USD";
    public const string Seconds = "seconds";
    public const string Milliseconds = "milliseconds";
    public const string Bytes = "bytes";
    public const string Messages = "messages";
    public const string Conversations = "conversations";
    public const string Users = "users";
    public const string Calls = "calls";
    public const string Events = "events";
    public const string Count = "count";

    /// <summary>0–1.</summary>
    public const string Rate = "rate";

    /// <summary>0–100.</summary>
    public const string Percent = "percent";
}
