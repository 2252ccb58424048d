using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Storage.Letters;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.DeadLetters;

/// <summary>What the page of refused events shows.</summary>
/// <param name="Page">The letters of this address.</param>
public sealed record DeadLettersModel(DeadLetterPage Page)
{
    public int Redrivable { get; } = Page.Items.Count(l => l.Stuck is null);

    public static DeadLetterQuery QueryOf(UrlState url) =>
        new(url.Get("origin") is { } source && SourceNames.All.Contains(source) ? Enum.Parse<EventSource>(source, ignoreCase: true) : null, url.Get("reason"));

    public static async Task<DeadLettersModel> LoadAsync(IDeadLetters letters, UrlState url, CancellationToken cancel) =>
        new(await letters.ListAsync(QueryOf(url), cancel));
}
