using System.Globalization;
using Observatory.Core.Auditing;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Audit;

/// <summary>A page of the audit log.</summary>
/// <param name="Rows">Newest first.</param>
/// <param name="Older">The next page begins below it; null = there are no older rows.</param>
/// <param name="Latest">The latest verification; null = there was none since the program began.</param>
public sealed record AuditModel(IReadOnlyList<AuditRow> Rows, long? Older, AuditVerification? Latest)
{
    private const int PageLength = 100;

    public static AuditQuery QueryOf(UrlState url, DateTimeOffset now)
    {
        var range = url.Resolve(now);
        return new AuditQuery(range.Start, range.End, url.Get("actor"), url.Get("action"), url.Get("address"),
            long.TryParse(url.Get("before"), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null);
    }

    public static async Task<AuditModel> LoadAsync(AuditLog audit, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await audit.ReadAsync(QueryOf(url, now), PageLength + 1, cancel);
        return new AuditModel([.. rows.Take(PageLength)], rows.Count > PageLength ? rows[PageLength - 1].Seq : null, audit.Latest);
    }
}

/// <summary>Actions in words.</summary>
internal static class ActionTitles
{
    public static string Of(string action) => action switch
    {
        AuditActions.SignIn => "Sign-in",
        AuditActions.SignInFailed => "Sign-in failed",
        AuditActions.SignOut => "Sign-out",
        AuditActions.Read => "Read",
        AuditActions.Export => "Export",
        AuditActions.Mail => "Mail",
        AuditActions.RetentionRun => "Retention run",
        AuditActions.DeadLetter => "Dead letter",
        // "keyCreated" as "Key created".
        _ => char.ToUpperInvariant(action[0]) + string.Concat(action.Skip(1).Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")),
    };

    /// <summary>Name of the icon of whoever acts.</summary>
    public static string IconOf(AuditActor actor) => actor.Kind switch { AuditActor.Key => "key", AuditActor.JobKind => "clock", _ => "user" };
}
