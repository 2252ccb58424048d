using System.Security.Claims;
using Observatory.Core.Ingestion;

namespace Observatory.Web.Ingest;

/// <summary>By whom bodies, places and names are counted: the key or the account.</summary>
internal static class Callers
{
    /// <summary>As many as an administrator made; empty for nobody.</summary>
    public static string IdOf(ClaimsPrincipal caller) => caller.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    public static BatchSender SenderOf(ClaimsPrincipal caller) => new(IdOf(caller), caller.FindFirstValue(ClaimTypes.Name) ?? "");
}
