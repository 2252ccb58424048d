namespace Observatory.Core.Accounts;

/// <summary>A provider of OpenID Connect by which people sign in. Without an authority there is none.</summary>
public sealed class OidcOptions
{
    /// <summary>Address of the provider, without <c>/.well-known/…</c>.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>Claim that lists what a person is; a path with dots where it lies deeper.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>What in the claim's list makes somebody <c>viewer</c>, <c>editor</c> or <c>admin</c>.</summary>
    public IDictionary<string, string> RoleMap { get; set; } = new Dictionary<string, string>();

    public bool IsOn() => Authority.Length > 0;
}
