using Observatory.Core;
using Observatory.Core.Storage.Aliases;

namespace Observatory.Web.Components.Pages.Aliases;

/// <param name="Rows">Names that are replaced.</param>
/// <param name="Users">Names that are shown.</param>
public sealed record AliasesModel(IReadOnlyList<Alias> Rows, IReadOnlyList<string> Users)
{
    public static async Task<AliasesModel> LoadAsync(IAliases aliases, AnalyticsEngine analytics, CancellationToken cancel) =>
        new(await aliases.ListAsync(cancel), (await analytics.GetFilterChoicesAsync(cancel)).Users);
}
