namespace Observatory.Web.Components.Shared;

/// <summary>A table's order as its address says it: <c>sort=-cost</c>. Rows without a value come last either way.</summary>
/// <param name="Default">Without an address.</param>
/// <param name="Columns">What each column sorts by.</param>
public sealed record ListSort<TRow>(string Default, IReadOnlyDictionary<string, Func<TRow, IComparable?>> Columns)
{
    public const string Key = "sort";

    /// <summary>Rows that are equal keep the order that they come in.</summary>
    public IReadOnlyList<TRow> Apply(IEnumerable<TRow> rows, UrlState url)
    {
        var sort = url.Get(Key) ?? Default;
        if (!Columns.TryGetValue(sort.TrimStart('-'), out var value)) (sort, value) = (Default, Columns[Default.TrimStart('-')]);
        var withValue = rows.OrderBy(r => value(r) is null);
        return [.. sort.StartsWith('-') ? withValue.ThenByDescending(value, Values.Order) : withValue.ThenBy(value, Values.Order)];
    }

    // Names as people read them, numbers and instants by size.
    private sealed class Values : IComparer<IComparable?>
    {
        public static Values Order { get; } = new();

        public int Compare(IComparable? x, IComparable? y) => x is string a && y is string b
            ? string.Compare(a, b, StringComparison.OrdinalIgnoreCase) : Comparer<IComparable>.Default.Compare(x, y);
    }
}
