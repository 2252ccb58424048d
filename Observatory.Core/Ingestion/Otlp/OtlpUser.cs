namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Whose an item is. Of several identities the surest wins, wherever it stands: the item's own attributes go before the resource's.</summary>
internal static class OtlpUser
{
    private static readonly (OtlpName Attribute, int Rank)[] s_attributes =
    [
        (OtlpName.UserEmail, UserRank.Email), (OtlpName.UserAccount, UserRank.Account), (OtlpName.UserId, UserRank.Installation),
        (OtlpName.EndUserId, UserRank.Resource), (OtlpName.UserName, UserRank.Resource), (OtlpName.UserFullName, UserRank.Resource),
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
