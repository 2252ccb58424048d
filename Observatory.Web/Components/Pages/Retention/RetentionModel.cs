using Observatory.Core.Retention;

namespace Observatory.Web.Components.Pages.Retention;

/// <summary>What the page shows: the settings that hold, what is stored, what went.</summary>
/// <param name="NotBefore">Nothing goes by itself before.</param>
/// <param name="ReadAt">When the storage was looked at: that takes a while where much is stored.</param>
public sealed record RetentionModel(
    RetentionSettings Settings, StorageAnswer Storage, IReadOnlyList<RetentionRun> Runs, DateTimeOffset NotBefore, DateTimeOffset ReadAt)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(1);

    public RetentionRun? Open => Runs.FirstOrDefault(r => r.State is "queued" or "running" or "paused");

    public static async Task<RetentionModel> LoadAsync(
        RetentionPolicies policies, RetentionRuns runs, StorageFigures storage, RetentionModel? before, DateTimeOffset now, CancellationToken cancel)
    {
        var list = await runs.ListAsync(cancel);
        // Counting every table is not for each push of a live page; what a run that ended has changed is looked at once.
        var isFresh = before is not null && now - before.ReadAt < s_fresh && before.Open?.Id == list.FirstOrDefault(r => r.EndedAt is null)?.Id;
        return new RetentionModel(
            await policies.GetAsync(cancel), isFresh ? before!.Storage : await storage.ReadAsync(cancel), list, await policies.GetNotBeforeAsync(cancel),
            isFresh ? before!.ReadAt : now);
    }
}

/// <summary>Names and words of datasets, for people.</summary>
internal static class DatasetTitles
{
    public static string Of(string dataset) => dataset switch
    {
        "raw" => "Messages, calls and events",
        "texts" => "Texts of prompts and tools",
        "series1m" => "Time series, 1 minute",
        "series5m" => "Time series, 5 minutes",
        "series1h" => "Time series, 15 minutes and 1 hour",
        "series1d" => "Time series, 1 day",
        "aggregates" => "Conversations and day sums",
        "deadLetters" => "Refused events",
        "exports" => "Exported files",
        "mailHistory" => "Sent mails",
        "audit" => "Audit log",
        "archives" => "Archives",
        _ => "Names, keys and the rest",
    };
}
