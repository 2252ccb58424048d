using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Observatory.Core.Reports;

namespace Observatory.Web.Reports;

/// <summary>Draws a report's content as a mail: the component of the body within a head that knows the dark.</summary>
internal sealed class MailRenderer(IServiceProvider services, ILoggerFactory loggers) : IReportRenderer
{
    /// <summary>Beyond it mail readers cut the message, and with it the way to unsubscribe.</summary>
    public const int Largest = 80_000;

    private const string Styles =
        ":root{color-scheme:light dark}body{margin:0;background:#F6F7F9}" +
        "@media (max-width:480px){.mail .p{padding:16px !important}.mail .q{padding-left:16px !important;padding-right:16px !important}" +
        ".mail .mv{font-size:16px !important}}" +
        "@media (prefers-color-scheme:dark){:root:not([data-theme=light]) body," + Root + "{background:#0D1015 !important;color:#E9EDF3 !important}" +
        Sheet + "{background:#14181F !important;border-color:#262D38 !important}" + Muted + "{color:#A4AEBD !important}" +
        Lines + "{border-color:#262D38 !important}" + Good + "{color:#4FD1A5 !important}" + Bad + "{color:#FA8A8A !important}" +
        Note + "{background:#2E2411 !important;border-color:#F59E0B !important}" + Links + "{color:#84B3FA !important}}";

    private const string Root = ":root:not([data-theme=light]) .mail";
    private const string Sheet = Root + " .sheet";
    private const string Muted = Root + " .m";
    private const string Lines = Root + " .kp," + Root + " .ft";
    private const string Good = Root + " .ok";
    private const string Bad = Root + " .ko";
    private const string Note = Root + " .note";
    private const string Links = Root + " a:not(.go)";

    public async Task<KeptMail> RenderAsync(ReportContent content, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        // A scope of its own: the renderer asks for things that live as long as one drawing.
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        var body = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<ReportMail>(
                ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ReportMail.Content)] = content }));
            return root.ToHtmlString();
        });
        var html =
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">" +
            "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">" +
            $"<title>{WebUtility.HtmlEncode(content.Subject)}</title><style>{Styles}</style></head><body>{body}</body></html>";
        var images = content.Sections.OfType<ChartSection>().Where(c => c.Image is not null).Select(c => new KeptImage(ChartSection.ImageId, c.Image!));
        return new KeptMail(content.Subject, html, ReportPlainText.Write(content), [.. images], []);
    }

    /// <summary>The mail for a browser: its pictures within it, links that are a recipient's own without effect.</summary>
    /// <param name="theme"><c>light|dark</c>, null = as the browser has it.</param>
    public static string Page(KeptMail mail, string? theme = null)
    {
        var html = RecipientMarks.Fill(mail.Html, null, null, null);
        foreach (var image in mail.Images) html = html.Replace($"cid:{image.Id}", $"data:image/png;base64,{Convert.ToBase64String(image.Data)}",
            StringComparison.Ordinal);
        return theme is "dark" ? html.Replace("@media (prefers-color-scheme:dark)", "@media all", StringComparison.Ordinal)
            : theme is "light" ? html.Replace("<html ", "<html data-theme=\"light\" ", StringComparison.Ordinal) : html;
    }
}
