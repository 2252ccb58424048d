using Observatory.Core.Accounts;

namespace Observatory.Web.Components.Pages.Keys;

/// <param name="Rows">Newest first.</param>
public sealed record KeysModel(IReadOnlyList<ApiKey> Rows);
