using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>Names of the cookies of this instance.</summary>
/// <param name="Session">Who is signed in.</param>
/// <param name="Form">Antiforgery.</param>
/// <param name="Reader">Theme, zone and locale; the page's own script writes it.</param>
internal sealed record CookieNames(string Session, string Form, string Reader)
{
    /// <param name="allHttps">The prefix binds a cookie to this host and TLS, and browsers take it over TLS only.</param>
    public static CookieNames Of(Instance instance, bool allHttps)
    {
        var prefix = allHttps ? "__Host-" : "";
        return new CookieNames($"{prefix}observatory-{instance.Name}", $"{prefix}observatory-{instance.Name}-form", $"observatory-{instance.Name}-reader");
    }
}
