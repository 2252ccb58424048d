using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>What each figure means: for programs, and as a page that needs no circuit.</summary>
internal static class GlossaryApi
{
    public static void MapGlossary(this WebApplication app)
    {
        app.MapGet("/api/glossary", Get).RequireAuthorization(Policies.Read).WithTags("Glossary").WithName("GetGlossary")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .WithSummary("What each figure means, by every name that an answer gives it.");
        app.MapGet("/help/figures", Show).RequireAuthorization(Policies.Read).ExcludeFromDescription();
    }

    private static Ok<List<GlossaryRow>> Get([FromServices] MetricCatalogue catalogue) => TypedResults.Ok(
        catalogue.Figures.SelectMany(f => f.AlsoNamed.Prepend(f.Name).Select(name => new GlossaryRow(name, f))).ToList());

    private static ContentHttpResult Show(HttpContext context, [FromServices] MetricCatalogue catalogue) => TypedResults.Content(
        PlainPage.Render("Figures", FiguresPage.Render(catalogue, context.Request.PathBase.ToUriComponent()), wide: true), "text/html; charset=utf-8");
}

internal sealed class GlossaryRow(string name, Figure figure)
{
    public string Name => name;
    public string Title => figure.Title;
    public string Unit => figure.Unit;
    public string Definition => figure.Definition;
    public string? Formula => figure.Formula;
    public string? Excludes => figure.Excludes;
}
