namespace Observatory.Core.Retention;

/// <summary>What can be kept for a time of its own, by the names of the contract, with the days that hold where nobody has said otherwise.</summary>
public static class RetentionDatasets
{
    public const string Raw = "raw", Texts = "texts", DeadLetters = "deadLetters", Aggregates = "aggregates", Archives = "archives";

    /// <summary>Names in the order in which they are shown; null days = for ever.</summary>
    public static IReadOnlyList<(string Name, int? Days)> All { get; } =
    [
        (Raw, 90), (Texts, 30), ("series1m", 2), ("series5m", 30), ("series1h", null), ("series1d", null), (Aggregates, null),
        (DeadLetters, 30), ("exports", 7), ("mailHistory", 400), ("audit", 400), (Archives, null),
    ];

    /// <summary>Those that a plan takes rows from; of the others whoever makes them takes care.</summary>
    public static IReadOnlyList<string> Planned { get; } = [Raw, Texts, DeadLetters];

    public static bool IsKnown(string name) => All.Any(d => d.Name == name);

    public static RetentionSettings Defaults { get; } = new(
        [.. All.Select(d => new RetentionPolicy(d.Name, d.Days, null, [], null))], [], new RetentionSchedule("30 3 * * *", "UTC"), true);
}
