using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Observatory.Core.Accounts;
using Observatory.Web.Api;
using Observatory.Web.Identity;

namespace Observatory.Web.Reports;

/// <summary>In whose name a report reads: who makes it, unless an administrator names another one.</summary>
internal sealed class ReportOwners(IAccountStore accounts)
{
    /// <summary>Of the account of a reader; null for a key and for whoever came by a link.</summary>
    public async Task<string?> AddressOfAsync(ClaimsPrincipal who, CancellationToken cancel = default) =>
        Sessions.AccountOf(who.FindFirstValue(ClaimTypes.NameIdentifier)) is { } id ? (await accounts.FindUserAsync(id, cancel))?.Email : null;

    /// <summary>Null = there is no account.</summary>
    public async Task<string?> FirstAdminAsync(CancellationToken cancel = default) => (await accounts.FirstAdminAsync(cancel))?.Email;

    /// <param name="wanted">As the definition names it, null = it does not.</param>
    /// <param name="before">As it was, null = it is new.</param>
    public async Task<(string? Owner, ProblemHttpResult? Problem)> ChooseAsync(string? wanted, string? before, ClaimsPrincipal who,
        CancellationToken cancel = default)
    {
        var own = await AddressOfAsync(who, cancel) ?? await FirstAdminAsync(cancel);
        if (wanted is null) return (before ?? own, null);
        if (Same(wanted, own)) return (own, null);
        if (Same(wanted, before)) return (before, null);
        if (!Policies.IsAdmin(who))
            return (null, TypedResults.Problem("Only an administrator may name another owner.", statusCode: StatusCodes.Status403Forbidden));
        return await accounts.FindUserAsync(wanted, cancel) is { Disabled: false } account ? (account.Email, null)
            : (null, ReportsApi.Wrong(new Dictionary<string, string[]> { ["owner"] = ["There is no such account."] }));
    }

    private static bool Same(string a, string? b) => b is not null && User.Normalize(a) == User.Normalize(b);
}
