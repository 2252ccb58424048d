using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Observatory.Web.Identity.Passkeys;

namespace Observatory.Web.Api;

/// <summary>A person's own account: how it is called and shown, and what signs it in.</summary>
internal static class OwnAccountApi
{
    private static readonly string[] s_known = ["name", "zone", "theme"];
    private static readonly string[] s_ignored =
        ["email", "role", "userId", "projects", "secondFactor", "recoveryCodes", "keys", "passkeys", "lastSignIn", "lastSignInBy"];

    public static void MapOwnAccount(this WebApplication app)
    {
        var account = app.MapGroup("/api/account").RequireAuthorization(Policies.Person).AddEndpointFilter(RefuseOtherOrigins).WithTags("Account")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        account.MapGet("", GetAsync).WithName("GetAccount").WithSummary("Own account. Wants a person: a key gets 403.");
        account.MapPatch("", ChangeAsync).WithName("ChangeOwnAccount").WithSummary("Changes name, zone or theme.")
            .ReadsBody("What is to change; null = the default.", """{"name":"Ann","zone":"Europe/Berlin","theme":"dark"}""", "application/json");
        account.MapPost("/prove", ProveAsync).WithName("Prove").WithSummary("Shows password or code again, so that what signs one in can be changed.")
            .ReadsBody("One of the two.", """{"password":"…"}""", "application/json");
        account.MapPost("/password", SetPasswordAsync).WithName("SetPassword").WithSummary("Sets a new password; all other sessions end.")
            .ReadsBody("The new one.", """{"password":"…"}""", "application/json");
        account.MapPost("/authenticator", BeginAsync).WithName("BeginAuthenticator").WithSummary("A key for an authenticator app. It counts once confirmed.");
        account.MapPost("/authenticator/confirm", ConfirmAsync).WithName("ConfirmAuthenticator")
            .WithSummary("Takes the first code of the app: from then on each sign-in wants one. The answer alone holds the recovery codes.")
            .ReadsBody("Key and code.", """{"key":"…","code":"123456"}""", "application/json");
        account.MapPasskeys();
        account.MapDelete("/authenticator", RemoveAsync).WithName("RemoveAuthenticator").WithSummary("Signs in without a code again.");
    }

    private static async Task<Ok<OwnAccountAnswer>> GetAsync(
        ClaimsPrincipal reader, [FromServices] IAccountStore store, CancellationToken cancel) =>
        TypedResults.Ok(await AnswerAsync(reader, store, cancel));

    private static async Task<Results<Ok<OwnAccountAnswer>, ProblemHttpResult>> ChangeAsync(
        HttpRequest request, ClaimsPrincipal reader, [FromServices] UserService users, [FromServices] IAccountStore store, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, s_known, s_ignored, cancel);
        var (name, zone, theme) = (body.Text("name", 256, isNeeded: false)?.Trim(), body.Text("zone", 64, isNeeded: false),
            body.Text("theme", 16, isNeeded: false));
        if (zone is not null && Zones.Find(zone) is null) body.Wrong("zone", "is no IANA time zone");
        if (theme is not (null or "light" or "dark")) body.Wrong("theme", "is neither light nor dark");
        if (!body.IsGood) return body.Problem();
        if (NumberOf(reader) is not { } id) return NoAccount;
        await users.NoteAsync(id, u =>
        {
            if (body.Has("name")) u.Name = name is "" ? null : name;
            if (body.Has("zone")) u.Zone = zone;
            if (body.Has("theme")) u.Theme = theme;
        }, cancel);
        return TypedResults.Ok(await AnswerAsync(reader, store, cancel));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ProveAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] IAccountStore store, [FromServices] Proofs proofs, [FromServices] SignInLimits limits,
        [FromServices] PasskeyDesk desk)
    {
        var cancel = context.RequestAborted;
        var body = await FieldReader.ReadAsync(context.Request, ["password", "code", "credential", "word"], [], cancel);
        var (password, code) = (body.Text("password", Passwords.Longest, isNeeded: false), body.Text("code", 64, isNeeded: false));
        var (credential, word) = (PasskeysApi.CredentialOf(body), body.Text("word", 4_096, isNeeded: false));
        if (password is null && code is null && credential is null) body.Wrong("password", "is missing");
        if (!body.IsGood) return body.Problem();
        if (NumberOf(reader) is not { } id || await store.FindUserAsync(id, cancel) is not { } user) return NoAccount;
        var address = RateLimits.Address(context);
        if (limits.Begin(address, user.Email) is not null) return TypedResults.Problem("Too many tries.", statusCode: StatusCodes.Status429TooManyRequests);
        var session = AccountApi.CurrentOf(reader)!;
        if (credential is not null && (await desk.TakeAsync(credential, word, context))?.Id == id) proofs.Shown(session);
        else if (credential is not null || await proofs.ShowAsync(session, user, password, code, cancel) is not true)
            return TypedResults.Problem("This is not right.", statusCode: StatusCodes.Status403Forbidden);
        limits.Succeeded(address, user.Email);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetPasswordAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] UserService users, [FromServices] IAccountStore store, [FromServices] Passwords passwords,
        [FromServices] Proofs proofs, [FromServices] SessionList sessions)
    {
        var cancel = context.RequestAborted;
        var body = await FieldReader.ReadAsync(context.Request, ["password"], [], cancel);
        var password = body.Text("password", Passwords.Longest);
        if (!body.IsGood) return body.Problem();
        if (NumberOf(reader) is not { } id || await store.FindUserAsync(id, cancel) is not { } user) return NoAccount;
        if (user.ExternalSubject is not null) return TypedResults.Problem("This account signs in elsewhere.", statusCode: StatusCodes.Status409Conflict);
        if (Passwords.WhyNot(password, user.Email) is { } why)
        {
            body.Wrong("password", char.ToLowerInvariant(why[0]) + why[1..].TrimEnd('.'));
            return body.Problem();
        }
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return Stale;
        await users.NoteAsync(id, u => u.PasswordHash = passwords.Hash(u, password!), cancel);
        var current = AccountApi.CurrentOf(reader);
        sessions.EndAll(s => s.Owner == AccountApi.OwnerOf(reader) && s.Id != current);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<NewAuthenticatorAnswer>, ProblemHttpResult>> BeginAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] IAccountStore store, [FromServices] Proofs proofs, CancellationToken cancel)
    {
        if (NumberOf(reader) is not { } id || await store.FindUserAsync(id, cancel) is not { } user) return NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return Stale;
        var key = Totp.NewKey();
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new NewAuthenticatorAnswer(key, Totp.UriOf(key, user.Email)));
    }

    private static async Task<Results<Ok<RecoveryCodesAnswer>, ProblemHttpResult>> ConfirmAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] UserService users, [FromServices] SecondFactors factors, [FromServices] Proofs proofs,
        [FromServices] TimeProvider clock)
    {
        var cancel = context.RequestAborted;
        var body = await FieldReader.ReadAsync(context.Request, ["key", "code"], [], cancel);
        var (key, code) = (body.Text("key", 64), body.Text("code", 16));
        if (key is not null && (key.Length != 32 || key.Any(c => c is not ((>= 'A' and <= 'Z') or (>= '2' and <= '7')))))
            body.Wrong("key", "is not the one that was given");
        if (!body.IsGood) return body.Problem();
        if (NumberOf(reader) is not { } id) return NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return Stale;
        if (Totp.StepOf(key!, code!.Replace(" ", "", StringComparison.Ordinal), clock.GetUtcNow(), null) is not { } step)
        {
            body.Wrong("code", "is not the one that the app shows now");
            return body.Problem();
        }
        var (codes, kept) = RecoveryCodes.New();
        await users.NoteAsync(id, u => (u.AuthenticatorKey, u.AuthenticatorStep, u.RecoveryCodes) = (factors.Seal(key!), step, kept), cancel);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RecoveryCodesAnswer(codes));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        ClaimsPrincipal reader, [FromServices] UserService users, [FromServices] Proofs proofs, CancellationToken cancel)
    {
        if (NumberOf(reader) is not { } id) return NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return Stale;
        await users.NoteAsync(id, u => (u.AuthenticatorKey, u.AuthenticatorStep, u.RecoveryCodes) = (null, null, null), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<OwnAccountAnswer> AnswerAsync(ClaimsPrincipal reader, IAccountStore store, CancellationToken cancel)
    {
        var user = NumberOf(reader) is { } id ? await store.FindUserAsync(id, cancel) : null;
        var keys = user is null ? [] : (await store.ListKeysAsync(cancel)).Where(k => k.OwnerId == user.Id).Select(k => new KeyAnswer(k)).ToList();
        return new OwnAccountAnswer(user, Policies.RoleOf(reader)!.Value, reader.Identity?.Name, keys);
    }

    private static long? NumberOf(ClaimsPrincipal reader) => Sessions.AccountOf(AccountApi.OwnerOf(reader));

    /// <summary>Null = the reader has no account.</summary>
    internal static async Task<User?> FindAsync(ClaimsPrincipal reader, IAccountStore store, CancellationToken cancel) =>
        NumberOf(reader) is { } id ? await store.FindUserAsync(id, cancel) : null;

    internal static ProblemHttpResult NoAccount => TypedResults.Problem(
        "You came by the link of this machine's console, which is no account.", statusCode: StatusCodes.Status409Conflict);

    internal static ProblemHttpResult Stale => TypedResults.Problem(
        "Show your password or code again: POST /api/account/prove.", statusCode: StatusCodes.Status403Forbidden, title: "Who are you?");

    private static ValueTask<object?> RefuseOtherOrigins(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        HttpMethods.IsGet(call.HttpContext.Request.Method) ? next(call) : AccountApi.RefuseOtherOrigins(call, next);
}

/// <param name="Key">Base 32, for apps that cannot read the address.</param>
/// <param name="Uri">What a picture for the app holds.</param>
internal sealed record NewAuthenticatorAnswer(string Key, string Uri);

/// <param name="RecoveryCodes">Each works once, in place of a code. Shown here and nowhere else.</param>
internal sealed record RecoveryCodesAnswer(IReadOnlyList<string> RecoveryCodes);

internal sealed class OwnAccountAnswer(User? user, UserRole role, string? name, IReadOnlyList<KeyAnswer> keys)
{
    [Description("Null for who came by the link of the console.")]
    public string? Email => user?.Email;

    public string? Name => user is null ? name : user.Name;

    public string Role => AccountsApi.WordOf(role);

    [Description("Whose figures are the own ones.")]
    public string? UserId => user?.OwnUser;

    [Description("Paths of the projects that are seen; null = all.")]
    public IReadOnlyList<string>? Projects => ProjectList.Read(user?.Projects);

    [Description("IANA name; null = the browser's.")]
    public string? Zone => user?.Zone;

    [Description("light or dark; null = the system's.")]
    public string? Theme => user?.Theme;

    [Description("none, app, passkey or provider.")]
    public string SecondFactor => user is null ? "none" : new PersonAnswer(user).SecondFactor;

    [Description("How many are left; null without a second factor.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RecoveryCodes => user?.RecoveryCodes is { } kept ? Core.Accounts.RecoveryCodes.Left(kept) : null;

    public DateTimeOffset? LastSignIn => user is null ? null : new PersonAnswer(user).LastSignIn;

    public string? LastSignInBy => user?.LastSignInBy;

    [Description("Devices that sign in by themselves.")]
    public IEnumerable<OwnPasskey> Passkeys => PasskeyList.Read(user?.Passkeys).Select(k => new OwnPasskey(k));

    [Description("Keys that were made with this account.")]
    public IReadOnlyList<KeyAnswer> Keys => keys;
}
