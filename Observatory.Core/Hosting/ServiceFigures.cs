using System.Collections.Concurrent;

namespace Observatory.Core.Hosting;

/// <summary>How one service that runs behind the scenes fares.</summary>
/// <param name="Name">As the log calls it.</param>
/// <param name="IsRunning">False = it failed and waits to be started again.</param>
/// <param name="Failures">Since the program started.</param>
/// <param name="FailedAt">Unix ms of the last failure.</param>
/// <param name="Reason">Of the last failure, in the words of its error.</param>
public sealed record ServiceState(string Name, bool IsRunning, int Failures, long FailedAt, string Reason);

/// <summary>Services that failed at least once. Thread-safe.</summary>
public sealed class ServiceFigures
{
    private readonly ConcurrentDictionary<string, ServiceState> _failed = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public IReadOnlyList<ServiceState> Failed => [.. _failed.Values.OrderBy(s => s.Name, StringComparer.Ordinal)];

    public bool IsDown(string name) => _failed.TryGetValue(name, out var state) && !state.IsRunning;

    internal void Fell(string name, long at, string reason) => _failed.AddOrUpdate(
        name, n => new ServiceState(n, false, 1, at, reason), (n, before) => new ServiceState(n, false, before.Failures + 1, at, reason));

    internal void Started(string name)
    {
        // One service writes its own state only.
        if (_failed.TryGetValue(name, out var state)) _failed[name] = state with { IsRunning = true };
    }
}

/// <summary>Names of services, as the log and the pipeline page call them.</summary>
public static class ServiceNames
{
    public const string Writer = "The writer";
    public const string Transcripts = "The reader of transcripts";
    public const string Heartbeat = "The heartbeat";
    public const string Jobs = "The job server";
    public const string StoreCheck = "The check of the database";
    public const string Aftermath = "The tidying up of memory";
    public const string DaySums = "The summing up of days";
    public const string Maintenance = "Maintenance";
    public const string Exports = "The making of files";
    public const string Reports = "The sending of reports";
    public const string Audit = "The audit log";
    public const string Alerts = "The watching of rules";
    public const string AlertMessages = "The sending of alerts";
    public const string Rework = "The working over of stored texts";
}
