namespace Observatory.Core.Storage;

/// <summary>Notes that the program is up, for the uptime figure.</summary>
public interface IHeartbeat
{
    /// <summary>How often <see cref="BeatAsync"/> is called while the program runs.</summary>
    static TimeSpan Interval { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Notes the present instant. Called once at the start and then every <see cref="Interval"/>.</summary>
    Task BeatAsync(CancellationToken cancel = default);
}
