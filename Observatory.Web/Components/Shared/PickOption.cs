namespace Observatory.Web.Components.Shared;

/// <param name="Href">Address with this chosen.</param>
/// <param name="Sub">Beside the title, muted.</param>
/// <param name="Why">It cannot be chosen, and why; null = it can.</param>
public sealed record PickOption(string Value, string Title, string Href, string? Sub = null, string? Why = null);
