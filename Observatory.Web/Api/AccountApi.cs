using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>What people do for themselves; keys are no people.</summary>
internal static class AccountApi
{
    public static void MapAccountApi(this WebApplication app)
    {
        var sessions = app.MapGroup("/api/account/sessions").RequireAuthorization(Policies.Person).AddEndpointFilter(RefuseOtherOrigins)
            .WithTags("Account").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        app.MapOwnAccount();
        sessions.MapGet("", List).WithName("ListSessions")
            .WithSummary("Own sessions, newest first: when and from where they began, and when they were last seen. Wants a person: a key gets 403.");
        sessions.MapDelete("/{id}", EndOne).WithName("EndSession").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Ends one of the own sessions, with the pages that are open in it.");
        sessions.MapDelete("", EndAll).WithName("EndSessions").WithSummary("Ends all of the own sessions, the one that asks included unless told otherwise.");
    }

    private static Ok<SessionsAnswer> List(ClaimsPrincipal reader, [FromServices] SessionList list) =>
        TypedResults.Ok(new SessionsAnswer([.. list.Of(OwnerOf(reader)).Select(s => new SessionAnswer(s, s.Id == CurrentOf(reader)))]));

    private static Results<NoContent, ProblemHttpResult> EndOne(
        string id, ClaimsPrincipal reader, [FromServices] SessionList list, [FromServices] Auditor audit)
    {
        if (list.Find(id)?.Owner != OwnerOf(reader) || !list.End(id)) return Problems.NotFound("session");
        audit.Record(AuditActions.SignOut, "1 own session");
        return TypedResults.NoContent();
    }

    private static Results<NoContent, ProblemHttpResult> EndAll(
        ClaimsPrincipal reader, [FromServices] SessionList list, [FromServices] Auditor audit,
        [FromQuery(Name = "others"), Description("true = all but the session that asks. Default: false.")] string? others = null)
    {
        if (others is not (null or "true" or "false")) return Problems.BadParameter(new BadParameterException("others", "is neither true nor false"));
        var (owner, kept) = (OwnerOf(reader), others == "true" ? CurrentOf(reader) : null);
        if (list.EndAll(s => s.Owner == owner && s.Id != kept) is var ended and > 0) audit.Record(AuditActions.SignOut, $"{ended} own sessions");
        return TypedResults.NoContent();
    }

    internal static string OwnerOf(ClaimsPrincipal reader) => reader.FindFirstValue(ClaimTypes.NameIdentifier)!;

    internal static string? CurrentOf(ClaimsPrincipal reader) => reader.FindFirstValue(Sessions.SessionClaim);

    /// <summary>Browsers send the origin of the page with every change.</summary>
    internal static ValueTask<object?> RefuseOtherOrigins(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        if (call.HttpContext.RequestServices.GetRequiredService<OriginCheck>().IsOwn(call.HttpContext.Request)) return next(call);
        return ValueTask.FromResult<object?>(TypedResults.Problem("A change needs a page of this server.", statusCode: StatusCodes.Status403Forbidden));
    }
}

internal sealed record SessionsAnswer(IReadOnlyList<SessionAnswer> Items);

internal sealed class SessionAnswer(Session session, bool current)
{
    public string Id => session.Id;

    /// <summary>The one that asks.</summary>
    public bool Current => current;

    /// <summary>link, password, invite, passkey or provider.</summary>
    public string Way => session.Way;

    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedAt);

    /// <summary>To the minute.</summary>
    public DateTimeOffset LastSeenAt => DateTimeOffset.FromUnixTimeMilliseconds(session.LastSeenAt);

    public DateTimeOffset ExpiresAt => DateTimeOffset.FromUnixTimeMilliseconds(session.ExpiresAt);

    public string? Address => session.Address;

    /// <summary>What the browser called itself.</summary>
    public string? Agent => session.Agent;
}
