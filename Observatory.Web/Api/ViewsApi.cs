using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Accounts;
using Observatory.Core.Storage.Readers;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>Pages as readers left them, under a name. Each reader has own ones; those that are shared everybody may open and copy.</summary>
internal static class ViewsApi
{
    private static readonly string[] s_known = ["name", "path", "query", "shared"];
    private static readonly string[] s_ignored = ["id", "owner", "own", "createdAt", "changedAt"];
    private const string Example = """{"name":"Cost by project","path":"/explore","query":"metric=cost&by=project&range=30d","shared":true}""";

    public static void MapViews(this WebApplication app)
    {
        var views = app.MapGroup("/api/views").RequireAuthorization(Policies.Read).AddEndpointFilter(AdminApi.RefuseOtherOrigins).WithTags("Saved views")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        views.MapGet("", ListAsync).WithName("ListViews").WithSummary("Own views and shared ones, by name.");
        views.MapGet("/{id:long}", GetAsync).WithName("GetView").ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One view.");
        views.MapPost("", AddAsync).RequireAuthorization(Policies.Edit).WithName("AddView").WithSummary("Keeps a page and its address under a name.")
            .ReadsBody("The page, what its address says, and whether others see it.", Example, "application/json");
        views.MapPut("/{id:long}", ChangeAsync).RequireAuthorization(Policies.Edit).WithName("ChangeView").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Changes an own view.").ReadsBody("All of it.", Example, "application/json");
        views.MapDelete("/{id:long}", RemoveAsync).RequireAuthorization(Policies.Edit).WithName("RemoveView")
            .ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Removes an own view.");
    }

    private static async Task<Ok<ListAnswer<ViewAnswer>>> ListAsync(
        [FromServices] AnalyticsEngine analytics, [FromServices] IViews views, CancellationToken cancel)
    {
        var reader = analytics.Asker.Name;
        return TypedResults.Ok(new ListAnswer<ViewAnswer>([.. (await views.ListAsync(reader, cancel)).Select(v => new ViewAnswer(v, analytics.Asker))]));
    }

    private static async Task<Results<Ok<ViewAnswer>, ProblemHttpResult>> GetAsync(
        long id, [FromServices] AnalyticsEngine analytics, [FromServices] IViews views, CancellationToken cancel) =>
        await views.FindAsync(id, analytics.Asker.Name, cancel) is { } view ? TypedResults.Ok(new ViewAnswer(view, analytics.Asker))
            : Problems.NotFound("view");

    private static async Task<Results<Created<ViewAnswer>, ProblemHttpResult>> AddAsync(
        HttpRequest request, [FromServices] AnalyticsEngine analytics, [FromServices] IViews views, CancellationToken cancel)
    {
        var (draft, problem) = await ReadAsync(request, cancel);
        if (problem is not null) return problem;
        var view = await views.AddAsync(draft!, analytics.Asker.Name, cancel);
        return TypedResults.Created($"{request.PathBase}/api/views/{view.Id}", new ViewAnswer(view, analytics.Asker));
    }

    private static async Task<Results<Ok<ViewAnswer>, ProblemHttpResult>> ChangeAsync(
        long id, HttpRequest request, [FromServices] AnalyticsEngine analytics, [FromServices] IViews views, CancellationToken cancel)
    {
        var (draft, problem) = await ReadAsync(request, cancel);
        if (problem is not null) return problem;
        return await views.ChangeAsync(id, draft!, analytics.Asker.Name, cancel) is { } view
            ? TypedResults.Ok(new ViewAnswer(view, analytics.Asker)) : Problems.NotFound("own view");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        long id, [FromServices] AnalyticsEngine analytics, [FromServices] IViews views, CancellationToken cancel) =>
        await views.RemoveAsync(id, analytics.Asker.Name, cancel) ? TypedResults.NoContent() : Problems.NotFound("own view");

    /// <summary>Either what was sent, or what is wrong with it.</summary>
    private static async Task<(ViewDraft? Draft, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, s_known, s_ignored, cancel);
        var (name, path) = (body.Text("name", ViewDraft.LongestName)?.Trim(), body.Text("path", ViewDraft.LongestPath));
        var query = body.Text("query", ViewDraft.LongestQuery, isNeeded: false)?.TrimStart('?') ?? "";
        var shared = body.Flag("shared");
        if (name is "") body.Wrong("name", "is empty");
        // It becomes a link: nothing but a page of this server.
        if (path is not null && !IsPage(path)) body.Wrong("path", "is no path of a page, such as /explore");
        return body.IsGood ? (new ViewDraft(name!, path!, query, shared), null) : (null, body.Problem());
    }

    private static bool IsPage(string path) =>
        path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) && path.IndexOfAny(['\\', '?', '#', ' ']) < 0
        && !path.StartsWith("/api", StringComparison.Ordinal);
}

internal sealed class ViewAnswer(SavedView view, Asker asker)
{
    public long Id => view.Id;
    public string Name => view.Name;
    /// <summary>Of the page.</summary>
    public string Path => view.Path;
    /// <summary>What stands behind the question mark of its address.</summary>
    public string Query => view.Query;
    public bool Shared => view.IsShared;
    /// <summary>Of the one who asks.</summary>
    public bool Own => view.Owner == asker.Name;
    /// <summary>Null for those who see no names.</summary>
    public string? Owner => asker.Role >= UserRole.Editor || Own ? view.Owner : null;
    public DateTimeOffset CreatedAt => view.CreatedAt;
    public DateTimeOffset ChangedAt => view.ChangedAt;
}
