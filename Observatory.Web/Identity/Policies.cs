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

    /// <summary>Send events. Keys only: a person's browser has no business there.</summary>
    public const string Ingest = "Ingest";

    /// <summary>Somebody's own affairs: people only, keys have none.</summary>
    public const string Person = "Person";

    /// <summary>Type of the claim that holds a key's scope, one each.</summary>
    public const string ScopeClaim = "scope";

    public static void AddPolicies(this AuthorizationBuilder authorization)
    {
        authorization
            .AddPolicy(Read, p => Allow(p, UserRole.Viewer, KeyScopes.Read))
            .AddPolicy(Edit, p => Allow(p, UserRole.Editor, KeyScopes.Admin))
            .AddPolicy(Admin, p => Allow(p, UserRole.Admin, KeyScopes.Admin))
            .AddPolicy(Person, p => p.RequireAuthenticatedUser().RequireAssertion(c => RoleOf(c.User) is not null))
            .AddPolicy(Ingest, p => Allow(p, null, KeyScopes.Ingest));
        var read = Allow(new AuthorizationPolicyBuilder(), UserRole.Viewer, KeyScopes.Read).Build();
        authorization.SetDefaultPolicy(read).SetFallbackPolicy(read);
    }

    /// <summary>Values of <see cref="ScopeClaim"/> that a key has.</summary>
    public static IEnumerable<string> ScopesOf(KeyScopes scopes) => Enum.GetValues<KeyScopes>().Where(s => s != KeyScopes.None && scopes.HasFlag(s)).Select(s => s.ToString());

    public static UserRole? RoleOf(ClaimsPrincipal who) => Enum.TryParse<UserRole>(who.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    private static AuthorizationPolicyBuilder Allow(AuthorizationPolicyBuilder policy, UserRole? role, KeyScopes scope) => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(c => (role is not null && RoleOf(c.User) >= role)
            || c.User.HasClaim(ScopeClaim, scope.ToString()) || c.User.HasClaim(ScopeClaim, nameof(KeyScopes.Admin)));
}
