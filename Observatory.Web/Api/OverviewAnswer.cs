using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>The overview fields, for answers that carry them beside fields of their own.</summary>
internal abstract class OverviewAnswer(OverviewFigures figures)
{
    public long TotalConversations => figures.TotalConversations;
    public long TotalMessages => figures.TotalMessages;
    public long UserMessages => figures.UserMessages;
    public long AssistantMessages => figures.AssistantMessages;
    public long TotalTokens => figures.TotalTokens;
    public long InputTokens => figures.InputTokens;
    public long OutputTokens => figures.OutputTokens;
    public long CacheCreationTokens => figures.CacheCreationTokens;
    public long CacheReadTokens => figures.CacheReadTokens;
    public decimal? TotalCost => figures.TotalCost;
    public long UnpricedTokens => figures.UnpricedTokens;
    public long ActiveUsers => figures.ActiveUsers;
    public long ToolCalls => figures.ToolCalls;
    public long ToolErrors => figures.ToolErrors;
}

internal sealed class ProjectAnswer(ProjectRow row) : OverviewAnswer(row.Figures)
{
    public string? Project => row.Project;
    public string? Path => row.Path;
    public DateTimeOffset? LastActivity => row.LastActivity;
}

internal sealed class ModelAnswer(ModelRow row) : OverviewAnswer(row.Figures)
{
    public string? Model => row.Model;
    public decimal? CacheSavings => row.CacheSavings;
}
