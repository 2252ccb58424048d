using System.Text.Json.Serialization;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>The overview fields, for answers that carry them beside fields of their own. All are null where too few people have a part in them.</summary>
internal abstract class OverviewAnswer(OverviewFigures figures)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Withheld => figures.IsWithheld ? true : null;
    public long? TotalConversations => Of(figures.TotalConversations);
    public long? TotalMessages => Of(figures.TotalMessages);
    public long? UserMessages => Of(figures.UserMessages);
    public long? AssistantMessages => Of(figures.AssistantMessages);
    public long? TotalTokens => Of(figures.TotalTokens);
    public long? InputTokens => Of(figures.InputTokens);
    public long? OutputTokens => Of(figures.OutputTokens);
    public long? CacheCreationTokens => Of(figures.CacheCreationTokens);
    public long? CacheReadTokens => Of(figures.CacheReadTokens);
    public decimal? TotalCost => figures.TotalCost;
    public long? UnpricedTokens => Of(figures.UnpricedTokens);
    public long? ActiveUsers => Of(figures.ActiveUsers);
    public long? ToolCalls => Of(figures.ToolCalls);
    public long? ToolErrors => Of(figures.ToolErrors);

    private long? Of(long value) => figures.IsWithheld ? null : value;
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

/// <summary>A tool; its figures are null where too few people used it.</summary>
internal sealed class ToolAnswer(ToolRow row)
{
    public string Tool => row.Tool;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Withheld => row.IsWithheld ? true : null;
    public long? Calls => row.IsWithheld ? null : row.Calls;
    public long? Errors => row.IsWithheld ? null : row.Errors;
    public double? ErrorRate => row.IsWithheld ? null : row.ErrorRate;
    public double? MedianMs => row.MedianMs;
    public double? P95Ms => row.P95Ms;
    public double? TotalMs => row.TotalMs;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Conversations => row.Conversations;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Users => row.Users;

    /// <summary>Seconds; null where no source gives it.</summary>
    public double? AverageDuration => row.AverageDuration;

    /// <summary>Seconds; null where no source gives it, or it was not asked for.</summary>
    public double? P95Duration => row.P95Duration;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastUsed => row.LastUsed;
}
