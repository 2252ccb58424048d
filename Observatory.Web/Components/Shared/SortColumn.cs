namespace Observatory.Web.Components.Shared;

/// <summary>A column that a list can be sorted by.</summary>
/// <param name="Key">In the address.</param>
/// <param name="IsNumber">The largest first.</param>
public sealed record SortColumn(string Key, string Title, bool IsNumber = true);
