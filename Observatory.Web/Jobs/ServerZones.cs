using Hangfire;

namespace Observatory.Web.Jobs;

/// <summary>
/// Hangfire keeps a job's zone by its id and looks it up again. The machine's own may have none: .NET then calls it "Local", which no list
/// of zones has (<c>/etc/localtime</c> mounted from elsewhere, no tzdata).
/// </summary>
internal sealed class ServerZones : ITimeZoneResolver
{
    public TimeZoneInfo GetTimeZoneById(string timeZoneId) =>
        timeZoneId == TimeZoneInfo.Local.Id ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(timeZoneId);
}
