using Observatory.Core.Accounts;

namespace Observatory.Web.Components.Pages.Accounts;

/// <param name="Rows">By address.</param>
public sealed record AccountsModel(IReadOnlyList<User> Rows);
