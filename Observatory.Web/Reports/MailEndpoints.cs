using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Reports;
using Observatory.Web.Hosting;

namespace Observatory.Web.Reports;

/// <summary>
/// What a recipient does from a mail, without signing in. The link is signed and says who and what; readers of mail that look ahead open it, so that a
/// GET only shows a button.
/// </summary>
internal static class MailEndpoints
{
    public static void MapMailLinks(this WebApplication app)
    {
        app.MapGet(ReportLinks.UnsubscribePath, AskUnsubscribe).AllowAnonymous().ExcludeFromDescription();
        app.MapPost(ReportLinks.UnsubscribePath, UnsubscribeAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
        app.MapGet(ReportLinks.FeedbackPath, AskFeedback).AllowAnonymous().ExcludeFromDescription();
        app.MapPost(ReportLinks.FeedbackPath, FeedbackAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    private static ContentHttpResult AskUnsubscribe(HttpContext context, [FromQuery] string? t, [FromServices] ReportLinks links) =>
        links.ReadUnsubscribe(t) is { } word
            ? Form(context, "Unsubscribe", $"{word.Recipient} gets no more mails of this report. Its owner sees that, and can undo it.", "Unsubscribe")
                : Forged();

    private static async Task<ContentHttpResult> UnsubscribeAsync(
        [FromQuery] string? t, [FromServices] ReportLinks links, [FromServices] IReports reports, CancellationToken cancel)
    {
        if (links.ReadUnsubscribe(t) is not { } word) return Forged();
        // Of a report that is gone there is nothing to end: it is as the reader wants it.
        await reports.SuppressAsync(word.Report, word.Recipient, cancel);
        return Page("Unsubscribed", $"{word.Recipient} gets no more mails of this report.", null, StatusCodes.Status200OK);
    }

    private static ContentHttpResult AskFeedback(HttpContext context, [FromQuery] string? t, [FromServices] ReportLinks links)
    {
        if (links.ReadFeedback(t) is not { } word) return Forged();
        var text = word.IsUseful == true ? "You are about to say: yes, it was." : "You are about to say: no, it was not.";
        return Form(context, "Was this report useful?", text, "Say so");
    }

    private static async Task<ContentHttpResult> FeedbackAsync(
        [FromQuery] string? t, [FromServices] ReportLinks links, [FromServices] IReports reports, CancellationToken cancel)
    {
        if (links.ReadFeedback(t) is not { Occurrence: { } occurrence, IsUseful: { } isUseful } word) return Forged();
        if (await reports.FindAsync(word.Report, cancel) is not null) await reports.SayAsync(word.Report, occurrence, word.Recipient, isUseful, cancel);
        return Page("Thank you", "It was noted.", null, StatusCodes.Status200OK);
    }

    private static ContentHttpResult Forged() =>
        Page("This link is not right", "It was not made by this server, or it was cut on its way. Open it from the mail once more.", null,
            StatusCodes.Status403Forbidden);

    private static ContentHttpResult Form(HttpContext context, string title, string text, string button)
    {
        var action = $"{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}";
        var form =
            $"<form method=\"post\" action=\"{WebUtility.HtmlEncode(action)}\">" +
            $"<button class=\"button\" type=\"submit\">{WebUtility.HtmlEncode(button)}</button></form>";
        return Page(title, text, form, StatusCodes.Status200OK);
    }

    private static ContentHttpResult Page(string title, string text, string? form, int status) => TypedResults.Content(
        PlainPage.Render(title,
            $"<main class=\"card\">{PlainPage.Brand}<h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text)}</p>{form}</main>"),
        "text/html; charset=utf-8", statusCode: status);
}
