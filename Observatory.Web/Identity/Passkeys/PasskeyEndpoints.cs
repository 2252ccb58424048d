using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity.Passkeys;

/// <summary>Sign-in with a passkey: the device is asked, and its answer begins a session. A passkey is both factors: the device wants its owner.</summary>
internal static class PasskeyEndpoints
{
    public static void MapPasskeys(this RouteGroupBuilder account)
    {
        account.MapPost("/passkey/ask", AskAsync).AllowAnonymous();
        account.MapPost("/passkey", SignInAsync).AllowAnonymous();
    }

    private static async Task<IResult> AskAsync(HttpContext context, PasskeyDesk desk, PublicAddress address, SignInLimits limits)
    {
        if (PasskeyPlace.WhyNot(context.Request, address) is { } why) return TypedResults.Problem(why, statusCode: StatusCodes.Status409Conflict);
        if (limits.Begin(RateLimits.Address(context), "") is { } wait) return new TooEarly(wait, "Too many tries.");
        return TypedResults.Ok(await desk.AskAsync(null, context));
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, PasskeyDesk desk, SignInEnd end, IAudit audit, [FromBody] PasskeyAnswer answer)
    {
        // What was asked was counted; one question takes one answer.
        if (await desk.TakeAsync(answer.Credential, answer.Word, context) is { } user)
        {
            await end.BeginAsync(context, user, "passkey");
            return TypedResults.Ok(new PasskeyWelcome(AccountEndpoints.Local(answer.ReturnUrl) ?? context.Request.PathBase + "/"));
        }
        audit.Record(new AuditEvent(AuditActor.Unknown, AuditActions.SignInFailed, "passkey", Auditor.AddressOf(context), "wrong passkey"));
        return TypedResults.Problem("This passkey is not known here, or it took too long.", statusCode: StatusCodes.Status401Unauthorized);
    }
}

/// <param name="Credential">JSON, as browsers give it.</param>
/// <param name="Word">That came with the question.</param>
internal sealed record PasskeyAnswer(string? Credential, string? Word, string? ReturnUrl);

/// <param name="To">A path of this server.</param>
internal sealed record PasskeyWelcome(string To);
