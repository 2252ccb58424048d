namespace Observatory.Web.Mcp;

/// <summary>How much of the plan's limits is used, as the status line reported it.</summary>
internal static class LimitsTool
{
    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var user = call.Arguments.Text("user");
        var windows = await call.Analytics.GetLimitsAsync(user is null ? [] : [user], cancel);
        var (text, f) = (new McpText(), McpText.Format);
        if (windows.Count == 0)
        {
            text.Line("No limits are known: Claude Code's status line has to report them here (page Get started), and plans without limits report none.");
        }
        foreach (var window in windows)
        {
            // Whatever a client calls it: the title is made of its name.
            var line = $"- {McpText.Word(window.Title)}{(window.User is { } of ? $" of {McpText.Word(of)}" : "")}: {f.Percent(window.UsedPercent)} used";
            if (window.ResetsAt is { } reset && reset > call.Now) line += $", resets in {f.Duration((reset - call.Now).TotalSeconds)}";
            else if (window.ResetsAt is not null) line += ", and it has been reset since";
            if (window.PacePercent is { } pace) line += $"; an even pace would stand at {f.Percent(pace, 0)}";
            if (window.ForecastAtReset is { } then) line += $", at this pace {f.Percent(then, 0)} at the reset";
            if (window.FullAt is { } full) line += $"; full in {f.Duration((full - call.Now).TotalSeconds)}";
            text.Line($"{line} (said {f.Duration((call.Now - window.ObservedAt).TotalSeconds)} ago).");
        }
        return text.Build(call.Links.Page("/live"), "Name a user.");
    }
}
