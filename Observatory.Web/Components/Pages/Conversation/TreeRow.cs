using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Conversation;

public enum TreeRowKind
{
    Turn,

    /// <summary>The time axis of an open turn.</summary>
    Axis,
    Step,

    /// <summary>Neighbours of a long run, folded.</summary>
    Group,
}

/// <summary>One visible line of the tree.</summary>
/// <param name="Key">Of what can be opened or selected; unique on the page.</param>
/// <param name="Level">1 = turn.</param>
/// <param name="Open">Null = there is nothing inside.</param>
public sealed record TreeRow(TreeRowKind Kind, string Key, int Level, Turn Turn, bool? Open)
{
    public Step? Step { get; init; }

    /// <summary>What a group holds.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];
}
