namespace Observatory.Core.Retention;

/// <summary>How long things are kept, what is kept whatever the policies say, and when what is old goes.</summary>
/// <param name="Policies">One a dataset, in the order of <see cref="RetentionDatasets.All"/>.</param>
/// <param name="Holds">Projects and people whose rows stay.</param>
/// <param name="Schedule">When a plan is made and run by itself.</param>
/// <param name="Archive">What goes is written to an archive first.</param>
public sealed record RetentionSettings(
    IReadOnlyList<RetentionPolicy> Policies, IReadOnlyList<RetentionHold> Holds, RetentionSchedule Schedule, bool Archive)
{
    public RetentionPolicy Of(string dataset) => Policies.Single(p => p.Dataset == dataset);

    /// <summary>Policies whose wait is over hold.</summary>
    public RetentionSettings At(DateTimeOffset now) => this with { Policies = [.. Policies.Select(p => p.At(now))] };
}

/// <param name="Dataset">A name of <see cref="RetentionDatasets.All"/>.</param>
/// <param name="Days">UTC days before today that are kept; null = for ever.</param>
/// <param name="MaxBytes">Older days go until the dataset is no larger; null = as large as it gets.</param>
/// <param name="Projects">Other days for some projects.</param>
/// <param name="Pending">A shorter policy that waits; null = none does.</param>
public sealed record RetentionPolicy(
    string Dataset, int? Days, long? MaxBytes, IReadOnlyList<ProjectRetention> Projects, PendingRetention? Pending)
{
    public RetentionPolicy At(DateTimeOffset now) => Pending is { } next && next.From <= now
        ? new RetentionPolicy(Dataset, next.Days, next.MaxBytes, next.Projects ?? [], null) : this;

    /// <summary>Something that this keeps the other does not.</summary>
    public bool KeepsMoreThan(RetentionPolicy other) =>
        IsLonger(Days, other.Days) || IsLonger(MaxBytes, other.MaxBytes)
        || Projects.Concat(other.Projects).Any(p => IsLonger(DaysOf(p.Path), other.DaysOf(p.Path)));

    public bool SaysTheSameAs(RetentionPolicy other) => Days == other.Days && MaxBytes == other.MaxBytes
        && Projects.OrderBy(p => p.Path, StringComparer.Ordinal).SequenceEqual(other.Projects.OrderBy(p => p.Path, StringComparer.Ordinal));

    public int? DaysOf(string project) => Projects.FirstOrDefault(p => p.Path == project) is { } own ? own.Days : Days;

    private static bool IsLonger(long? mine, long? others) => others is not null && (mine is null || mine > others);
}

/// <param name="Path">Of the project's folder.</param>
/// <param name="Days">UTC days before today that are kept; null = for ever.</param>
public sealed record ProjectRetention(string Path, int? Days);

/// <summary>What a policy will say.</summary>
/// <param name="From">Until then it can be taken back.</param>
public sealed record PendingRetention(int? Days, DateTimeOffset From, long? MaxBytes = null, IReadOnlyList<ProjectRetention>? Projects = null);

/// <param name="Kind"><c>project</c> or <c>user</c>.</param>
/// <param name="Name">Path of the project, id of the user.</param>
/// <param name="Reason">Why, for whoever looks at it later.</param>
/// <param name="ReviewAt">A day on which to ask whether it is still needed; null = none was given.</param>
public sealed record RetentionHold(string Kind, string Name, string Reason, DateOnly? ReviewAt);

/// <param name="Cron">Five fields: minute, hour, day of month, month, day of week.</param>
/// <param name="Timezone">IANA name.</param>
public sealed record RetentionSchedule(string Cron, string Timezone);
