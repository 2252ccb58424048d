namespace Observatory.Web.Components.Shared;

/// <summary>Rows of a table whose name holds a text; the text stands in the address: <c>q=shop</c>.</summary>
public static class ListFind
{
    public const string Key = "q";

    /// <summary>A table this short is read faster than it is searched.</summary>
    public const int Few = 10;

    public static IEnumerable<T> In<T>(IEnumerable<T> rows, UrlState url, Func<T, string?> name) => url.Get(Key) is not { } text
        ? rows : rows.Where(r => name(r)?.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase) == true);
}
