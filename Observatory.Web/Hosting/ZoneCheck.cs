namespace Observatory.Web.Hosting;

/// <summary>Says at the start that the system knows no time zones: each question in one would be refused, and pages would be in UTC.</summary>
internal sealed class ZoneCheck(ILogger<ZoneCheck> logger) : IHostedService
{
    /// <summary>Some zone is known by name; without the zone files (tzdata) only UTC is.</summary>
    public static bool HasZones { get; } = new[] { "Europe/Berlin", "America/New_York" }.Any(name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out _));

    public const string Advice = "This system has no time zone files. Install tzdata (Debian and Alpine: the package tzdata)";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!HasZones) logger.LogWarning("{Advice}: until then only UTC is known, and pages show all times in it", Advice);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
