using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Web.Components.Shared;
using Observatory.Web.Identity;

namespace Observatory.Web.Components.Pages.Conversations;

/// <summary>The rows of a list as markup for paper, for the address of the page that shows them.</summary>
internal static class ConversationPrint
{
    public const string Path = "/conversations/print";

    public static void MapConversationPrint(this WebApplication app) =>
        app.MapGet(Path, GetAsync).RequireAuthorization(Policies.Read).ExcludeFromDescription();

    private static async Task<RazorComponentResult<PrintedConversations>> GetAsync(
        HttpContext http, [FromServices] ReaderState reader, [FromServices] CookieNames cookies, [FromServices] AnalyticsEngine analytics,
        [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        reader.ComeFrom(UriHelper.BuildAbsolute(http.Request.Scheme, http.Request.Host, http.Request.PathBase, "/"));
        reader.Learn(BrowserFacts.Parse(http.Request.Cookies[cookies.Reader]));
        var url = UrlState.Parse(http.Request.GetEncodedUrl(), reader) with { Path = "/conversations" };
        var now = clock.GetUtcNow();
        var model = await ConversationsModel.LoadAsync(analytics, url, now, cancel);
        var page = await analytics.GetConversationsAsync(model.List.Query with { Skip = 0, Limit = PrintedConversations.Most }, cancel);
        return new RazorComponentResult<PrintedConversations>(new Dictionary<string, object?>
        {
            [nameof(PrintedConversations.List)] = model.List, [nameof(PrintedConversations.Rows)] = page.Items, [nameof(PrintedConversations.Url)] = url,
            [nameof(PrintedConversations.Columns)] = ConversationColumns.Of(url, model.Users), [nameof(PrintedConversations.Now)] = now,
        });
    }
}
