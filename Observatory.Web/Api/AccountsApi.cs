using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>Accounts of people: who may sign in, as what, and what they see.</summary>
internal static class AccountsApi
{
    private static readonly string[] s_ofNew = ["email", "role", "invite", "userId", "projects"];
    private static readonly string[] s_ofChange = ["role", "active", "userId", "projects"];

    /// <summary>What an answer holds and nobody changes: what was read can be sent back.</summary>
    private static readonly string[] s_ignored = ["id", "email", "invite", "invitedUntil", "lastSignIn", "lastSignInBy", "secondFactor"];

    public static void MapAccounts(this RouteGroupBuilder admin)
    {
        var users = admin.MapGroup("/users").WithTags("Accounts");
        users.MapGet("", ListAsync).WithName("ListAccounts").WithSummary("Who may sign in, by address.");
        users.MapPost("", CreateAsync).WithName("CreateAccount").ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Makes an account. The answer is the only place where the link of its invitation can be read.")
            .ReadsBody(
                "Address and role; whose figures are the own ones; paths of the projects that are seen, where not all are.",
                """{"email":"ann@example.com","role":"viewer","invite":true,"projects":["/src/app"]}""", "application/json");
        users.MapPatch("/{id}", ChangeAsync).WithName("ChangeAccount").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Changes role, projects or state. Sessions and open pages of that person end.")
            .ReadsBody("What is to change.", """{"role":"editor","active":true}""", "application/json");
        users.MapDelete("/{id}", RemoveAsync).WithName("RemoveAccount").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Removes an account, with its sessions and the keys that were made with it.");
        users.MapPost("/{id}/sign-out", SignOutAsync).WithName("SignOutAccount").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Ends that person's sessions and open pages.");
        users.MapPost("/{id}/invite", InviteAsync).WithName("InviteAccount").ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("A fresh link by which a password is chosen; the one before is over.");
    }

    private static async Task<Ok<ListAnswer<PersonAnswer>>> ListAsync([FromServices] UserService users, CancellationToken cancel) =>
        TypedResults.Ok(new ListAnswer<PersonAnswer>([.. (await users.ListAsync(cancel)).Select(u => new PersonAnswer(u))]));

    private static async Task<Results<Created<PersonAnswer>, ProblemHttpResult>> CreateAsync(
        HttpRequest request, [FromServices] UserService users, [FromServices] PublicAddress address, [FromServices] Auditor audit, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, s_ofNew, [], cancel);
        var email = body.Text("email", UserService.LongestEmail);
        if (email is not null && !UserService.IsAddress(email)) body.Wrong("email", "is no e-mail address");
        var role = RoleOf(body, isNeeded: true);
        var isInvited = !body.Has("invite") || body.Flag("invite");
        var (own, projects) = (OwnOf(body), ProjectsOf(body));
        if (!body.IsGood) return body.Problem();
        try
        {
            var (user, token) = await users.CreateAsync(new NewAccount(email!, role!.Value, own, projects, isInvited), cancel);
            request.HttpContext.Response.Headers.CacheControl = "no-store";
            audit.Record(AuditActions.UserInvited, AuditTargets.Of(user), AuditTargets.RightsOf(user));
            return TypedResults.Created(
                $"{request.PathBase}/api/admin/users/{user.Id}",
                new PersonAnswer(user, token is null ? null : Invitations.UrlOf(token, request, address)));
        }
        catch (AccountConflictException conflict)
        {
            return Conflict(conflict);
        }
    }

    private static async Task<Results<Ok<PersonAnswer>, ProblemHttpResult>> ChangeAsync(
        long id, HttpRequest request, [FromServices] UserService users, [FromServices] SessionList sessions, [FromServices] Auditor audit,
        CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, s_ofChange, s_ignored, cancel);
        var role = RoleOf(body, isNeeded: false);
        var (own, projects) = (OwnOf(body), ProjectsOf(body));
        var isActive = body.Flag("active");
        if (!body.IsGood) return body.Problem();
        try
        {
            var user = await users.ChangeAsync(id, u =>
            {
                u.Role = role ?? u.Role;
                if (body.Has("active")) u.Disabled = !isActive;
                if (body.Has("userId")) u.UserId = own;
                if (body.Has("projects")) u.Projects = ProjectList.Write(projects);
            }, cancel);
            if (user is null) return Problems.NotFound("account");
            audit.Record(
                body.Has("active") && !isActive ? AuditActions.UserDisabled : AuditActions.RoleChanged, AuditTargets.Of(user), AuditTargets.RightsOf(user));
            sessions.EndAll(s => s.Owner == Sessions.OwnerOf(user));
            return TypedResults.Ok(new PersonAnswer(user));
        }
        catch (AccountConflictException conflict)
        {
            return Conflict(conflict);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        long id, [FromServices] UserService users, [FromServices] IAccountStore store, [FromServices] SessionList sessions, [FromServices] Auditor audit,
        CancellationToken cancel)
    {
        try
        {
            var user = await store.FindUserAsync(id, cancel);
            if (user is null || !await users.RemoveAsync(id, cancel)) return Problems.NotFound("account");
            audit.Record(AuditActions.UserRemoved, AuditTargets.Of(user));
            sessions.EndAll(s => Sessions.AccountOf(s.Owner) == id);
            return TypedResults.NoContent();
        }
        catch (AccountConflictException conflict)
        {
            return Conflict(conflict);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SignOutAsync(
        long id, [FromServices] IAccountStore store, [FromServices] SessionList sessions, CancellationToken cancel)
    {
        if (await store.FindUserAsync(id, cancel) is null) return Problems.NotFound("account");
        sessions.EndAll(s => Sessions.AccountOf(s.Owner) == id);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<InviteAnswer>, ProblemHttpResult>> InviteAsync(
        long id, HttpRequest request, [FromServices] UserService users, [FromServices] PublicAddress address, [FromServices] Auditor audit,
        CancellationToken cancel)
    {
        if (await users.InviteAsync(id, cancel) is not { } token) return Problems.NotFound("account");
        audit.Record(AuditActions.UserInvited, $"account {id}", "a fresh link");
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new InviteAnswer(Invitations.UrlOf(token, request, address)));
    }

    /// <summary>Of a body that names a role in lower case.</summary>
    internal static UserRole? RoleOf(FieldReader body, bool isNeeded)
    {
        var text = body.Text("role", 16, isNeeded);
        if (text is null) return null;
        foreach (var role in Enum.GetValues<UserRole>()) if (WordOf(role) == text) return role;
        body.Wrong("role", "is none of viewer, editor and admin");
        return null;
    }

    internal static string WordOf(UserRole role) => role switch
    {
        UserRole.Viewer => "viewer",
        UserRole.Editor => "editor",
        _ => "admin",
    };

    internal static string? OwnOf(FieldReader body)
    {
        var own = body.Text("userId", UserService.LongestUserId, isNeeded: false);
        if (own is not null && string.IsNullOrWhiteSpace(own)) body.Wrong("userId", "is empty");
        return own;
    }

    internal static IReadOnlyList<string>? ProjectsOf(FieldReader body) => body.Texts("projects", ProjectList.Most, ProjectList.LongestPath);

    private static ProblemHttpResult Conflict(AccountConflictException conflict) =>
        TypedResults.Problem(conflict.Message, statusCode: StatusCodes.Status409Conflict);
}

/// <param name="Invite">Absolute address; shown here and nowhere else.</param>
internal sealed record InviteAnswer(string Invite);

/// <summary>An account, without anything that signs it in.</summary>
internal sealed class PersonAnswer(User user, string? invite = null)
{
    public long Id => user.Id;

    public string Email => user.Email;

    [Description("viewer, editor or admin.")]
    public string Role => AccountsApi.WordOf(user.Role);

    public bool Active => !user.Disabled;

    [Description("Whose figures are the own ones; without it those of the address.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserId => user.UserId;

    [Description("Paths of the projects that are seen; without it all are.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Projects => ProjectList.Read(user.Projects);

    [Description("Link by which a password is chosen: in the answer that makes it, and nowhere else.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Invite => invite;

    [Description("A link was given and not used yet.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? InvitedUntil => Time(user.InviteExpiresAt);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastSignIn => Time(user.LastSignInAt);

    [Description("password, invite, passkey or provider.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastSignInBy => user.LastSignInBy;

    [Description("none, app, passkey or provider.")]
    public string SecondFactor => user.Passkeys is not null ? "passkey" : user.AuthenticatorKey is not null ? "app" : user.ExternalSubject is not null
        ? "provider" : "none";

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
