namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Whose an item is. Of several identities the surest wins, wherever it stands: the item's own attributes go before the resource's.</summary>
internal static class OtlpUser
{
    private static readonly (string Attribute, int Rank)[] s_attributes =
    [
        ("user.email", UserRank.Email), ("user.account_uuid", UserRank.Account), ("user.id", UserRank.Installation),
        ("enduser.id", UserRank.Resource), ("user.name", UserRank.Resource), ("user.full_name", UserRank.Resource),
    ];

    /// <summary>Null and <see cref="UserRank.None"/> where nobody is named.</summary>
    public static (string? User, int Rank) Of(OtlpAttributes item, OtlpAttributes resource)
    {
        foreach (var (attribute, rank) in s_attributes)
        {
            if ((item.Text(attribute) ?? resource.Text(attribute)) is { } user && !string.IsNullOrWhiteSpace(user)) return (user, rank);
        }
        return (null, UserRank.None);
    }
}
