using System.Text.Json;
using Observatory.Core.Accounts;
using Observatory.Web.Identity.Providers;

namespace Observatory.Web.Components.Pages.Provider;

/// <summary>What the form holds, and what is wrong with it.</summary>
internal sealed class ProviderModel
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    public string RoleClaim { get; set; } = "roles";

    /// <summary>One a line: <c>entry = role</c>.</summary>
    public string RoleLines { get; set; } = "";

    /// <summary>Claims of somebody, as JSON, to see what they would give.</summary>
    public string Claims { get; set; } = "";

    public static ProviderModel Of(OidcOptions oidc) => new()
    {
        Authority = oidc.Authority, ClientId = oidc.ClientId, RoleClaim = oidc.RoleClaim,
        RoleLines = string.Join('\n', oidc.RoleMap.Select(m => $"{m.Key} = {m.Value}")),
    };

    public string? WhyNotAuthority => Authority.Trim().Length == 0 ? "Enter the address of the provider."
        : ProviderTrial.IsAuthority(Authority.Trim()) ? null : "It is no https address (http is for this machine only).";

    public string? WhyNotClient => ClientId.Trim().Length == 0 ? "Enter the id that the provider gave this program." : null;

    public string? WhyNotRoles => ReadMap() is null ? "One entry a line: its name, =, and viewer, editor or admin." : null;

    public bool IsGood => WhyNotAuthority is null && WhyNotClient is null && WhyNotRoles is null;

    public OidcOptions ToOptions() => new()
    {
        Authority = Authority.Trim(), ClientId = ClientId.Trim(), ClientSecret = ClientSecret,
        RoleClaim = RoleClaim.Trim().Length == 0 ? "roles" : RoleClaim.Trim(),
        RoleMap = Entries()!.ToDictionary(e => e.Key, e => e.Value),
    };

    /// <summary>The role that the claims give, in words.</summary>
    public string RoleOfClaims()
    {
        if (ReadMap() is not { } map) return WhyNotRoles!;
        try
        {
            using var claims = JsonDocument.Parse(Claims);
            return ProviderRoles.Of(claims.RootElement, ToOptions().RoleClaim, map) is { } role
                ? $"They make a person {(role == UserRole.Viewer ? "a viewer" : role == UserRole.Editor ? "an editor" : "an administrator")}."
                : $"They say nothing of roles: there is no list {ToOptions().RoleClaim}. The role of the account stays.";
        }
        catch (JsonException)
        {
            return "This is no JSON.";
        }
    }

    public static string SettingsOf(OidcOptions oidc) => ProviderTrial.SettingsOf(oidc).ToJsonString(s_indented);

    private IReadOnlyDictionary<string, UserRole>? ReadMap() => Entries() is { } entries ? ProviderRoles.ReadMap(entries) : null;

    /// <summary>Null = a line is none of these. Of two with one name the last counts.</summary>
    private Dictionary<string, string>? Entries()
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in RoleLines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A name may hold the sign itself.
            var at = line.LastIndexOf('=');
            if (at <= 0) return null;
            entries[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        return entries;
    }
}
