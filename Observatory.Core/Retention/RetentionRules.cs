using Cronos;

namespace Observatory.Core.Retention;

/// <summary>A setting that cannot be: what is wrong with which part of it.</summary>
public sealed class BadRetentionException(string name, string what) : Exception($"{name} {what}.")
{
    public string Name { get; } = name;
}

/// <summary>What settings may say, and which of them wait.</summary>
internal static class RetentionRules
{
    public const long SmallestMaxBytes = 1_000_000;

    /// <summary>A hundred years: more is "for ever".</summary>
    private const int MostDays = 36_525;

    /// <summary>A shorter policy waits so long: whoever was wrong can take it back.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(72);

    /// <exception cref="BadRetentionException">Something in it cannot be.</exception>
    public static void Check(RetentionSettings wanted)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in wanted.Policies)
        {
            if (!RetentionDatasets.IsKnown(policy.Dataset)) throw new BadRetentionException("dataset", $"“{policy.Dataset}” is not known");
            if (!seen.Add(policy.Dataset)) throw new BadRetentionException("dataset", $"{policy.Dataset} is there twice");
            CheckDays($"days of {policy.Dataset}", policy.Days);
            if (policy.MaxBytes < SmallestMaxBytes) throw new BadRetentionException($"maxBytes of {policy.Dataset}", "is under 1 MB");
            foreach (var project in policy.Projects)
            {
                if (string.IsNullOrWhiteSpace(project.Path)) throw new BadRetentionException($"projects of {policy.Dataset}", "has one without a path");
                CheckDays($"days of {project.Path}", project.Days);
            }
            if (policy.Projects.Select(p => p.Path).Distinct(StringComparer.Ordinal).Count() < policy.Projects.Count)
                throw new BadRetentionException($"projects of {policy.Dataset}", "has one twice");
        }
        foreach (var hold in wanted.Holds)
        {
            if (hold.Kind is not ("project" or "user")) throw new BadRetentionException("kind of a hold", "is neither project nor user");
            if (string.IsNullOrWhiteSpace(hold.Name)) throw new BadRetentionException("name of a hold", "is missing");
            if (string.IsNullOrWhiteSpace(hold.Reason)) throw new BadRetentionException("reason of a hold", "is missing: whoever sees it later wants to know");
        }
        if (!CronExpression.TryParse(wanted.Schedule.Cron, out _)) throw new BadRetentionException("cron", "has not the form of five fields, as 30 3 * * *");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(wanted.Schedule.Timezone, out _))
            throw new BadRetentionException("timezone", $"“{wanted.Schedule.Timezone}” is not known");
    }

    private static void CheckDays(string name, int? days)
    {
        if (days is < 1 or > MostDays) throw new BadRetentionException(name, $"is not from 1 to {MostDays}; leave it out for “for ever”");
    }

    /// <summary>What holds once somebody wants something else: what is longer at once, what is shorter after a wait.</summary>
    public static RetentionPolicy Change(RetentionPolicy held, RetentionPolicy wanted, DateTimeOffset now, bool atOnce)
    {
        var target = wanted with { Pending = null };
        if (target.SaysTheSameAs(held)) return target;
        if (atOnce || !held.KeepsMoreThan(target)) return target;
        // To want the same shorter one again does not make it wait anew.
        var next = held.Pending is { } waiting && target.SaysTheSameAs(held.At(DateTimeOffset.MaxValue)) ? waiting
            : new PendingRetention(target.Days, now + Grace, target.MaxBytes, target.Projects);
        return held with { Pending = next };
    }
}
