using Observatory.Web.Auditing;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>What only administrators may do.</summary>
internal static class AdminApi
{
    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/api/admin").RequireAuthorization(Policies.Admin).AddEndpointFilter(RefuseOtherOrigins).AddEndpointFilter(StoreAuditAsync)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        admin.MapAccounts();
        admin.MapKeys();
        admin.MapProviderTrial();
        admin.MapDeadLetters();
        admin.MapAliases();
        admin.MapMail();
        admin.MapDaysOff();
        admin.MapRetention();
        admin.MapArchives();
        admin.MapBackups();
        admin.MapAudit();
        admin.MapJobs();
        admin.MapPrices();
        admin.MapRedaction();
        admin.MapDoctor();
    }

    /// <summary>Who is told that something was changed finds it in the audit log.</summary>
    public static async ValueTask<object?> StoreAuditAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var answer = await next(call);
        if (!HttpMethods.IsGet(call.HttpContext.Request.Method)) await call.HttpContext.RequestServices.GetRequiredService<Auditor>().FlushAsync();
        return answer;
    }

    /// <summary>A browser sends its cookie along wherever a page leads it; what changes something must come from our own pages, or with a key.</summary>
    public static ValueTask<object?> RefuseOtherOrigins(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var request = call.HttpContext.Request;
        var safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var own = request.Headers.Origin.Count > 0 && call.HttpContext.RequestServices.GetRequiredService<OriginCheck>().IsOwn(request);
        return safe || own || call.HttpContext.User.HasClaim(c => c.Type == Policies.ScopeClaim)
            ? next(call) : ValueTask.FromResult<object?>(TypedResults.Problem("A change needs a key, or a page of this server.",
                statusCode: StatusCodes.Status403Forbidden));
    }
}
