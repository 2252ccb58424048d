using System.Net;
using System.Text;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Web.Hosting;

namespace Observatory.Web.Api;

/// <summary>The glossary for people: plain HTML made on the server, without script. Each figure has its name as the anchor.</summary>
internal static class FiguresPage
{
    /// <param name="home">Path before all pages.</param>
    public static string Render(MetricCatalogue catalogue, string home)
    {
        var html = new StringBuilder();
        html.Append("<main>").Append(PlainPage.Brand).Append("<h1>What the figures mean</h1><p>One entry for each figure that pages, files and the API show. ")
            .Append("<a href=\"").Append(Text(home)).Append("/\">Back to the overview</a></p>");
        var links = catalogue.Figures.Select(f => $"<a href=\"#{Text(f.Name)}\">{Text(f.Title)}</a>");
        html.Append("<nav aria-label=\"Figures\"><p>").AppendJoin(" · ", links).Append("</p></nav>");
        html.Append("<h2>Metrics</h2><p>They can be asked for by name, over time and by dimension: ")
            .Append("<code>GET /api/analytics/timeseries?metric=tokens&amp;groupBy=model</code>.</p>");
        foreach (var metric in catalogue.Metrics) Append(html, metric);
        html.Append("<h2>Other figures</h2><p>Of one conversation, one tool, or the program itself.</p>");
        foreach (var figure in catalogue.Figures.Where(f => f is not MetricDefinition)) Append(html, figure);
        return html.Append("</main>").ToString();
    }

    private static void Append(StringBuilder html, Figure figure)
    {
        html.Append("<section class=\"figure\" id=\"").Append(Text(figure.Name)).Append("\">");
        foreach (var name in figure.AlsoNamed) html.Append("<span id=\"").Append(Text(name)).Append("\"></span>");
        html.Append("<h3>").Append(Text(figure.Title)).Append("</h3><p class=\"what\">").Append(Text(figure.Definition)).Append("</p><dl>");
        Row(html, "Unit", figure.Unit);
        if (figure.Formula is { } formula) Row(html, "Formula", formula);
        if (figure.Excludes is { } excludes) Row(html, "Leaves out", excludes);
        if (figure is MetricDefinition metric)
        {
            Row(html, "Over parts", GlossaryText.WordFor(metric.Aggregation));
            Row(html, "By", string.Join(", ", metric.Dimensions));
        }
        Row(html, "In answers", string.Join(", ", figure.AlsoNamed.Prepend(figure.Name)), isCode: true);
        html.Append("</dl></section>");
    }

    private static void Row(StringBuilder html, string title, string text, bool isCode = false) => html.Append("<dt>").Append(title).Append("</dt><dd>")
        .Append(isCode ? "<code>" : "").Append(Text(text)).Append(isCode ? "</code>" : "").Append("</dd>");

    private static string Text(string? value) => WebUtility.HtmlEncode(value) ?? "";
}
