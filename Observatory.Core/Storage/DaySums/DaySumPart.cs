namespace Observatory.Core.Storage.DaySums;

/// <summary>What of a UTC day is kept together as one run of bytes. The numbers are stored and never change.</summary>
public enum DaySumPart
{
    /// <summary>Figures by conversation, user, project, model, sources and quarter of an hour (<see cref="UsageDay"/>).</summary>
    Usage = 1,

    /// <summary>Tool calls and times of answers by user, project, model, sources, tool and quarter of an hour (<see cref="ToolDay"/>).</summary>
    Tools = 2,

    /// <summary>The same of the whole day by tool alone (<see cref="ToolTotals"/>).</summary>
    ToolTotals = 3,

    /// <summary>Runs of activity by user, and by user, project, model and sources (<see cref="ActivityDay"/>).</summary>
    Activity = 4,

    /// <summary>Conversations and users of tools, and the last calls (<see cref="ToolUseDay"/>).</summary>
    ToolUse = 5,
}
