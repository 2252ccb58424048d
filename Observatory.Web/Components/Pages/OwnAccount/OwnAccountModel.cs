using Observatory.Core.Accounts;

namespace Observatory.Web.Components.Pages.OwnAccount;

/// <param name="User">Null for who came by the link of the console.</param>
/// <param name="Keys">That were made with the account and hold.</param>
/// <param name="Sessions">How many are open.</param>
public sealed record OwnAccountModel(User? User, IReadOnlyList<ApiKey> Keys, int Sessions);
