using Observatory.Core.Hosting;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;

namespace Observatory.Core.Metrics;

/// <summary>How each part of the program fares, in one list: what fails first, then what goes on with less.</summary>
internal static class PipelineHealth
{
    public const string Ok = "ok", Degraded = "degraded", Failed = "failed";

    /// <param name="fault">Of the writer; null = what comes can be written.</param>
    /// <param name="isWriterDown">Its service waits to be started again.</param>
    /// <param name="store">What is wrong with the database itself.</param>
    /// <param name="services">That failed at least once.</param>
    /// <param name="import">How the reading of transcripts fares.</param>
    public static IReadOnlyList<HealthRow> Of(
        WriterFault? fault, bool isWriterDown, IReadOnlyList<StoreFault> store, IReadOnlyList<ServiceState> services, ImportSnapshot import)
    {
        var rows = new List<HealthRow>
        {
            fault is not null ? new HealthRow("Writer", Failed, Time(fault.Since), fault.Reason)
                : isWriterDown ? OfService("Writer", services.First(s => s.Name == ServiceNames.Writer)) with { State = Failed }
                : new HealthRow("Writer", Ok, null, null),
            store.Count == 0 ? new HealthRow("Database", Ok, null, null)
                : new HealthRow("Database", Failed, Time(store.Min(s => s.Since)), string.Join(' ', store.Select(s => s.Reason))),
            (import.Problem ?? import.Roots.FirstOrDefault(r => r.Problem is not null)?.Problem) is { } problem
                ? new HealthRow("Transcripts", Degraded, null, problem) : new HealthRow("Transcripts", Ok, null, null),
        };
        rows.AddRange(services.Where(s => s.Name != ServiceNames.Writer).Select(s => OfService(s.Name, s)));
        return [.. rows.OrderBy(r => r.State switch { Failed => 0, Degraded => 1, _ => 2 })];
    }

    private static HealthRow OfService(string part, ServiceState service) => service.IsRunning
        ? new HealthRow(part, Ok, null, null) : new HealthRow(part, Degraded, Time(service.FailedAt), service.Reason);

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
