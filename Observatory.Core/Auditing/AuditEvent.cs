namespace Observatory.Core.Auditing;

/// <summary>Who did something.</summary>
/// <param name="Kind"><c>user</c>, <c>key</c> or <c>job</c>.</param>
/// <param name="Id">Of the account, the session's owner, the key or the job; empty = nobody knows.</param>
/// <param name="Name">As it is shown.</param>
public sealed record AuditActor(string Kind, string Id, string Name)
{
    public const string User = "user", Key = "key", JobKind = "job";

    /// <summary>Somebody who was not let in.</summary>
    public static AuditActor Unknown { get; } = new(User, "", "unknown");

    /// <summary>The program itself, by its clock or at its start.</summary>
    /// <param name="name">What it was doing: "retention", "reports".</param>
    public static AuditActor Job(string name) => new(JobKind, name, name);
}

/// <summary>
/// Something that was done. No secret, no prompt, no text that somebody searched for may stand in any of its fields. What is too long is cut.
/// </summary>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Target">What it was done to; of a read the route.</param>
/// <param name="Address">From where: an IP address; null = from this server.</param>
/// <param name="Details">More, in plain words; null = nothing.</param>
public sealed record AuditEvent(AuditActor Actor, string Action, string Target, string? Address = null, string? Details = null);

/// <summary>What can be done, by the names of the contract.</summary>
public static class AuditActions
{
    public const string SignIn = "signIn", SignInFailed = "signInFailed", SignOut = "signOut", Read = "read", Export = "export", Mail = "mail",
        KeyCreated = "keyCreated", KeyRevoked = "keyRevoked", KeyRotated = "keyRotated", UserInvited = "userInvited", RoleChanged = "roleChanged",
        UserDisabled = "userDisabled", UserRemoved = "userRemoved", SettingChanged = "settingChanged", RetentionRun = "retentionRun",
        ArchiveRestored = "archiveRestored", Erasure = "erasure", Scrub = "scrub", Reaggregation = "reaggregation", Backup = "backup", Restore = "restore",
        PriceChanged = "priceChanged", AliasChanged = "aliasChanged", RuleChanged = "ruleChanged", ShareCreated = "shareCreated", DeadLetter = "deadLetter";

    public static IReadOnlyList<string> All { get; } =
    [
        SignIn, SignInFailed, SignOut, Read, Export, Mail, KeyCreated, KeyRevoked, KeyRotated, UserInvited, RoleChanged, UserDisabled, UserRemoved,
        SettingChanged, RetentionRun, ArchiveRestored, Erasure, Scrub, Reaggregation, Backup, Restore, PriceChanged, AliasChanged, RuleChanged, ShareCreated,
        DeadLetter,
    ];
}
