using System.Buffers.Text;
using System.Text.Json;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity.Providers;

/// <summary>Who a provider says somebody is.</summary>
/// <param name="Email">Null = the provider does not say it, or has not verified it.</param>
/// <param name="Role">Null = the provider says nothing of roles.</param>
internal sealed record ProviderPerson(string Issuer, string Subject, string? Email, UserRole? Role)
{
    /// <param name="token">Claims of the identity token, which was checked.</param>
    /// <param name="about">What the provider says of the person when it is asked; null = it was not asked.</param>
    public static ProviderPerson? Of(JsonElement token, JsonElement? about, string roleClaim, IReadOnlyDictionary<string, UserRole> map)
    {
        if (Text(token, "iss") is not { } issuer || Text(token, "sub") is not { } subject) return null;
        return new ProviderPerson(
            issuer, subject, Verified(token) ?? (about is { } more ? Verified(more) : null),
            ProviderRoles.Of(token, roleClaim, map) ?? (about is { } also ? ProviderRoles.Of(also, roleClaim, map) : null));
    }

    /// <summary>Claims of a token that was checked, as they stand in it: lists stay lists.</summary>
    public static JsonElement ClaimsOf(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    private static string? Verified(JsonElement claims) =>
        claims.TryGetProperty("email_verified", out var verified)
            && (verified.ValueKind == JsonValueKind.True || verified is { ValueKind: JsonValueKind.String } && verified.GetString() == "true")
            ? Text(claims, "email") : null;

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= 256 } text ? text : null;
}
