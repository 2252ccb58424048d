using System.Security.Claims;
using Observatory.Core.Accounts;
using Observatory.Core.Exports.Jobs;
using Observatory.Web.Identity;

namespace Observatory.Web.Exports;

/// <summary>Whose files somebody asks for.</summary>
internal static class ExportOwners
{
    /// <param name="who">Was let in.</param>
    /// <param name="asker">In whose rights files are made.</param>
    public static ExportOwner Of(ClaimsPrincipal who, Asker asker) => new(
        who.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", asker,
        Policies.IsAdmin(who));
}
