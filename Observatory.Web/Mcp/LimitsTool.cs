using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Live;

namespace Observatory.Web.Mcp;

/// <summary>How much of the plan's limits is used, as the status line reported it.</summary>
internal static class LimitsTool
{
    public static async Task<string> AnswerAsync(McpCall call, CancellationToken cancel)
    {
        var user = call.Arguments.Text("user");
        var live = await call.Analytics.GetLiveAsync(user is null ? MetricsFilter.None : MetricsFilter.None with { Users = [user] }, cancel);
        var windows = live.Quotas.Where(q => user is null || q.User == user).ToList();
        var (text, f) = (new McpText(), McpText.Format);
        if (windows.Count == 0)
        {
            text.Line("No limits are known: Claude Code's status line has to report them here (page Get started), and plans without limits report none.");
        }
        foreach (var window in windows)
        {
            var name = window.Kind == QuotaKind.FiveHour ? "5-hour window" : "7-day window";
            var length = window.Kind == QuotaKind.FiveHour ? TimeSpan.FromHours(5) : TimeSpan.FromDays(7);
            var line = $"- {name}{(window.User is { } of ? $" of {McpText.Word(of)}" : "")}: {f.Percent(window.UsedPercent)} used";
            if (window.ResetsAt is { } reset && reset > call.Now)
            {
                var passed = 100 * (1 - (reset - call.Now) / length);
                line += $", resets in {f.Duration((reset - call.Now).TotalSeconds)}";
                // Before some of it has passed nobody can say where it goes.
                if (passed >= 3) line += $"; {f.Percent(passed, 0)} of the time has passed, at this pace {f.Percent(window.UsedPercent / passed * 100, 0)} "
                    + $"at the reset";
            }
            else if (window.ResetsAt is not null) line += ", and it has been reset since";
            text.Line($"{line} (said {f.Duration((call.Now - window.At).TotalSeconds)} ago).");
        }
        return text.Build(call.Links.Page("/live"), "Name a user.");
    }
}
