using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>Who may do what. People have roles, keys have scopes; an endpoint names one policy and both are covered.</summary>
internal static class Policies
{
    /// <summary>See figures. Also what every endpoint without a policy of its own asks for.</summary>
    public const string Read = "Read";

    public const string Edit = "Edit";

    public const string Admin = "Admin";

    /// <summary>See reports and notes, which name people and hold what their owners see: for those who see everything.</summary>
    public const string Names = "Names";

    /// <summary>Send events. Keys only: a person's browser has no business there.</summary>
    public const string Ingest = "Ingest";

    /// <summary>Somebody's own affairs: people only, keys have none.</summary>
    public const string Person = "Person";

    /// <summary>Type of the claim that holds a key's scope, one each.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>Type of the claim that says as whom a reading key reads.</summary>
    public const string KeyRoleClaim = "reads-as";

    /// <summary>Type of the claim that says whose figures are the own ones.</summary>
    public const string OwnClaim = "own";

    /// <summary>Type of the claim that holds the list of projects that are seen, as <see cref="ProjectList"/> writes it. Without it all are.</summary>
    public const string ProjectsClaim = "projects";

    public static void AddPolicies(this AuthorizationBuilder authorization)
    {
        authorization
            .AddPolicy(Read, p => Allow(p, UserRole.Viewer, KeyScopes.Read))
            .AddPolicy(Edit, p => p.RequireAuthenticatedUser().RequireAssertion(c => MayEdit(c.User)))
            .AddPolicy(Names, p => p.RequireAuthenticatedUser().RequireAssertion(c => AskerOf(c.User).SeesEverything))
            .AddPolicy(Admin, p => Allow(p, UserRole.Admin, KeyScopes.Admin))
            .AddPolicy(Person, p => p.RequireAuthenticatedUser().RequireAssertion(c => RoleOf(c.User) is not null))
            .AddPolicy(Ingest, p => Allow(p, null, KeyScopes.Ingest));
        var read = Allow(new AuthorizationPolicyBuilder(), UserRole.Viewer, KeyScopes.Read).Build();
        authorization.SetDefaultPolicy(read).SetFallbackPolicy(read);
    }

    /// <summary>Values of <see cref="ScopeClaim"/> that a key has.</summary>
    public static IEnumerable<string> ScopesOf(KeyScopes scopes) => Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && scopes.HasFlag(s))
        .Select(s => s.ToString());

    public static UserRole? RoleOf(ClaimsPrincipal who) => Enum.TryParse<UserRole>(who.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    /// <summary>Who may write what others see. A key only where its role says so: one without reads as an editor and writes nothing.</summary>
    public static bool MayEdit(ClaimsPrincipal who) => RoleOf(who) >= UserRole.Editor || who.HasClaim(ScopeClaim, nameof(KeyScopes.Admin))
        || who.HasClaim(ScopeClaim, nameof(KeyScopes.Read)) && who.HasClaim(KeyRoleClaim, nameof(UserRole.Editor));

    public static bool IsAdmin(ClaimsPrincipal who) => RoleOf(who) >= UserRole.Admin || who.HasClaim(ScopeClaim, nameof(KeyScopes.Admin));

    /// <summary>In whose name somebody who was let in reads.</summary>
    public static Asker AskerOf(ClaimsPrincipal who)
    {
        if (who.Identity is not { IsAuthenticated: true } identity) return Asker.Nobody;
        var reads = RoleOf(who) ?? (who.HasClaim(ScopeClaim, nameof(KeyScopes.Admin)) ? UserRole.Admin : who.HasClaim(ScopeClaim, nameof(KeyScopes.Read))
            ? Enum.TryParse<UserRole>(who.FindFirstValue(KeyRoleClaim), out var role) ? role : UserRole.Editor : null);
        if (reads is not { } seen) return Asker.Nobody;
        return new Asker(identity.Name ?? "key", seen)
        {
            OwnUser = who.FindFirstValue(OwnClaim), Projects = ProjectList.Read(who.FindFirstValue(ProjectsClaim)),
        };
    }

    private static AuthorizationPolicyBuilder Allow(AuthorizationPolicyBuilder policy, UserRole? role, KeyScopes scope) => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(c => (role is not null && RoleOf(c.User) >= role)
            || c.User.HasClaim(ScopeClaim, scope.ToString()) || c.User.HasClaim(ScopeClaim, nameof(KeyScopes.Admin)));
}
