namespace Observatory.Web.Components.Shared;

/// <summary>
/// Which columns of a table go where there is no room for all of them: those of the highest level first. The style sheet knows at what width each level goes;
/// the column that the table is sorted by stays.
/// </summary>
public static class LessWide
{
    /// <param name="level">1 (goes on the smallest tables only) to 7.</param>
    /// <param name="column">Its name in the address.</param>
    /// <param name="sort">What the table is sorted by without an address.</param>
    public static string? At(int level, UrlState url, string column, string sort) =>
        (url.Get(ListSort<object>.Key) ?? sort).TrimStart('-') == column ? null : $"w{level}";
}
