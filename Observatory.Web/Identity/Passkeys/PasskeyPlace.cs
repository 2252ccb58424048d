using System.Net;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity.Passkeys;

/// <summary>Whether passkeys can be used at the address that a browser is at: they belong to a name, and want a secure place.</summary>
internal static class PasskeyPlace
{
    /// <summary>Null = they can.</summary>
    public static string? WhyNot(Uri address, PublicAddress known)
    {
        var better = known.Origin is { } origin ? origin + known.Path : address.IsLoopback ? $"http://localhost:{address.Port}" : null;
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out _))
            return $"Passkeys belong to a name, and this address is a number. Open {better ?? "the server by its name, over https"}.";
        if (address.Scheme != Uri.UriSchemeHttps && address.Host != "localhost")
            return $"Passkeys want https.{(known.IsHttps ? $" Open {better}." : "")}";
        return null;
    }

    public static string? WhyNot(HttpRequest request, PublicAddress known) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var address) ? WhyNot(address, known) : "This address is none.";
}
