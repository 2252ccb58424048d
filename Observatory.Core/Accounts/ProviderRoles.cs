using System.Text.Json;

namespace Observatory.Core.Accounts;

/// <summary>What role the claims of a provider give.</summary>
public static class ProviderRoles
{
    /// <param name="claims">Of the token, or of the answer about the person.</param>
    /// <param name="claim">Name of the list; where there is none of the whole name, a path with dots.</param>
    /// <param name="map">What makes which role; compared as written.</param>
    /// <returns>The highest that is given, a viewer where the list gives none. Null = nothing is said: there is no list.</returns>
    public static UserRole? Of(JsonElement claims, string claim, IReadOnlyDictionary<string, UserRole> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (Find(claims, claim) is not { ValueKind: JsonValueKind.Array } list) return null;
        return list.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String)
            .Select(v => map.TryGetValue(v.GetString()!, out var role) ? role : UserRole.Viewer).DefaultIfEmpty(UserRole.Viewer).Max();
    }

    /// <summary>Null = one of the words is no role.</summary>
    public static IReadOnlyDictionary<string, UserRole>? ReadMap(IEnumerable<KeyValuePair<string, string>> words)
    {
        var map = new Dictionary<string, UserRole>(StringComparer.Ordinal);
        foreach (var (value, word) in words)
        {
            if (!Enum.GetNames<UserRole>().Contains(word, StringComparer.OrdinalIgnoreCase)) return null;
            map[value] = Enum.Parse<UserRole>(word, ignoreCase: true);
        }
        return map;
    }

    private static JsonElement? Find(JsonElement claims, string claim)
    {
        if (claims.ValueKind != JsonValueKind.Object) return null;
        if (claims.TryGetProperty(claim, out var whole)) return whole;
        var at = claims;
        foreach (var part in claim.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at)) return null;
        }
        return at;
    }
}
