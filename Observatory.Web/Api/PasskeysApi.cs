using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Accounts;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Observatory.Web.Identity.Passkeys;

namespace Observatory.Web.Api;

/// <summary>A person's own passkeys.</summary>
internal static class PasskeysApi
{
    private const int LongestCredential = 64 * 1024, LongestWord = 4_096;

    public static void MapPasskeys(this RouteGroupBuilder account)
    {
        account.MapPost("/passkeys/ask", AskAsync).WithName("AskPasskey").WithSummary("What a device is asked to make a passkey.");
        account.MapPost("/passkeys", AddAsync).WithName("AddPasskey").WithSummary("Takes the answer of the device: it signs in from now on.")
            .ReadsBody("Name, answer, and the word that came with the question.", """{"name":"Laptop","credential":{},"word":"…"}""", "application/json");
        account.MapDelete("/passkeys/{id}", RemoveAsync).WithName("RemovePasskey").WithSummary("Takes a passkey away.");
    }

    private static async Task<Results<Ok<PasskeyQuestion>, ProblemHttpResult>> AskAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] IAccountStore store, [FromServices] Proofs proofs, [FromServices] PasskeyDesk desk,
        [FromServices] PublicAddress address)
    {
        if (await OwnAccountApi.FindAsync(reader, store, context.RequestAborted) is not { } user) return OwnAccountApi.NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return OwnAccountApi.Stale;
        if (PasskeyPlace.WhyNot(context.Request, address) is { } why) return TypedResults.Problem(why, statusCode: StatusCodes.Status409Conflict);
        return TypedResults.Ok(await desk.AskNewAsync(user, context));
    }

    private static async Task<Results<Created<OwnPasskey>, ProblemHttpResult>> AddAsync(
        HttpContext context, ClaimsPrincipal reader, [FromServices] IAccountStore store, [FromServices] Proofs proofs, [FromServices] PasskeyDesk desk)
    {
        var cancel = context.RequestAborted;
        var body = await FieldReader.ReadAsync(context.Request, ["name", "credential", "word"], [], cancel);
        var (name, word) = (body.Text("name", PasskeyList.LongestName)?.Trim(), body.Text("word", LongestWord));
        var credential = CredentialOf(body);
        if (name is "") body.Wrong("name", "is empty");
        if (credential is null) body.Wrong("credential", "is missing");
        if (!body.IsGood) return body.Problem();
        if (await OwnAccountApi.FindAsync(reader, store, cancel) is not { } user) return OwnAccountApi.NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return OwnAccountApi.Stale;
        if (await desk.AddAsync(user, name!, credential!, word, context) is { } key)
            return TypedResults.Created($"{context.Request.PathBase}/api/account/passkeys/{key.Id}", new OwnPasskey(key));
        body.Wrong("credential", "is not what was asked for, came too late, or is one too many");
        return body.Problem();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, HttpContext context, ClaimsPrincipal reader, [FromServices] IAccountStore store, [FromServices] UserService users,
        [FromServices] Proofs proofs)
    {
        if (await OwnAccountApi.FindAsync(reader, store, context.RequestAborted) is not { } user) return OwnAccountApi.NoAccount;
        if (!proofs.IsFresh(AccountApi.CurrentOf(reader))) return OwnAccountApi.Stale;
        if (!PasskeyList.Read(user.Passkeys).Any(k => k.Id == id)) return Problems.NotFound("passkey");
        await users.NoteAsync(user.Id, u => u.Passkeys = PasskeyList.Without(u.Passkeys, id), context.RequestAborted);
        return TypedResults.NoContent();
    }

    /// <summary>As an object, or as the text of one; null = it is neither.</summary>
    internal static string? CredentialOf(FieldReader body) => body.Value("credential") switch
    {
        { ValueKind: JsonValueKind.Object } given when given.GetRawText().Length <= LongestCredential => given.GetRawText(),
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 and <= LongestCredential } inner => inner,
        _ => null,
    };
}

internal sealed class OwnPasskey(Passkey key)
{
    public string Id => key.Id;

    public string Name => key.Name;

    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds(key.CreatedAt);

    [Description("Left out where it was not used yet.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastUsedAt => key.LastUsedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
