using Observatory.Core.Accounts;
using Observatory.Core.Retention;

namespace Observatory.Web.Auditing;

/// <summary>How the log calls what something was done to, by API and page alike.</summary>
internal static class AuditTargets
{
    public static string Of(int rule, string name) => $"rule {rule} {name}";

    public static string Of(ApiKey key) => $"key {key.Id} {key.Name}";

    public static string Of(User user) => $"account {user.Id} {user.Email}";

    /// <summary>Scopes, role and how many projects of a key.</summary>
    public static string RightsOf(ApiKey key) => string.Join("; ", ((string?[])
    [
        ScopesOf(key), key.Role?.ToString().ToLowerInvariant(), ProjectList.Read(key.Projects) is { } seen ? $"{seen.Count} projects" : null,
    ]).OfType<string>());

    /// <summary>Role and how many projects of an account.</summary>
    public static string RightsOf(User user) =>
        user.Role.ToString().ToLowerInvariant() + (ProjectList.Read(user.Projects) is { } seen ? $"; {seen.Count} projects" : "");

    public static string ScopesOf(ApiKey key) => string.Join(", ", Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && key.Scopes.HasFlag(s))
        .Select(s => s.ToString().ToLowerInvariant()));

    /// <summary>What of the settings is another, in the words of the settings.</summary>
    public static string Changes(RetentionSettings before, RetentionSettings after)
    {
        var words = new List<string>();
        foreach (var now in after.Policies)
        {
            var was = before.Of(now.Dataset);
            if (was.Days != now.Days) words.Add($"{now.Dataset} {Days(was.Days)} → {Days(now.Days)}");
            if (was.MaxBytes != now.MaxBytes) words.Add($"{now.Dataset} maxBytes {Bytes(was.MaxBytes)} → {Bytes(now.MaxBytes)}");
            if (!was.Projects.SequenceEqual(now.Projects)) words.Add($"{now.Dataset}: {now.Projects.Count} projects with another rule");
            if (was.Pending == now.Pending) continue;
            words.Add(now.Pending is { } next ? $"{now.Dataset} {Days(next.Days)} from {next.From:u}" : $"{now.Dataset} waits no more");
        }
        words.AddRange(after.Holds.Except(before.Holds).Select(h => $"{h.Kind} {h.Name} held"));
        words.AddRange(before.Holds.Except(after.Holds).Select(h => $"{h.Kind} {h.Name} held no more"));
        if (before.Schedule != after.Schedule) words.Add($"schedule {after.Schedule.Cron} {after.Schedule.Timezone}");
        if (before.Archive != after.Archive) words.Add(after.Archive ? "archive first" : "no archive");
        return words.Count == 0 ? "nothing" : string.Join("; ", words);
    }

    private static string Bytes(long? bytes) => bytes is { } b ? $"{b}" : "none";

    private static string Days(int? days) => days is { } d ? $"{d} days" : "for ever";
}
