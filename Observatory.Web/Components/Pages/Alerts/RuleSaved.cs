namespace Observatory.Web.Components.Pages.Alerts;

/// <param name="Id">Null = it was deleted.</param>
/// <param name="Secrets">Of webhooks that are new, by address.</param>
public sealed record RuleSaved(int? Id, IReadOnlyDictionary<string, string> Secrets);
