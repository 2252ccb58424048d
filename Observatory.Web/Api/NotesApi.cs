using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Reports;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>Notes on moments and stretches of time.</summary>
internal static class NotesApi
{
    private static readonly string[] s_fields = ["at", "until", "text", "project", "id", "author"];

    public static void MapNotes(this WebApplication app)
    {
        var all = app.MapGroup("/api/notes").WithTags("Notes").AddEndpointFilter(AdminApi.RefuseOtherOrigins)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        all.RequireAuthorization(Policies.Names);
        all.MapGet("", ListAsync).RequireAuthorization(Policies.Read).WithName("ListNotes").WithSummary("Notes that touch a range, in order of time.");
        all.MapPost("", CreateAsync).RequireAuthorization(Policies.Edit).WithName("CreateNote").WithSummary("Puts a note on a moment or a stretch of time.");
        all.MapPut("/{id}", ReplaceAsync).RequireAuthorization(Policies.Edit).WithName("ReplaceNote").ProducesProblem(404).WithSummary("Replaces a note.");
        all.MapDelete("/{id}", DeleteAsync).RequireAuthorization(Policies.Edit).WithName("DeleteNote").ProducesProblem(404).WithSummary("Removes a note.");
    }

    private static async Task<Results<Ok<NoteList>, ProblemHttpResult>> ListAsync(
        [FromServices] INotes notes,
        [Description("Instant, ISO 8601: notes that end before it are left out.")] string? start,
        [Description("Instant, ISO 8601, exclusive.")] string? end,
        [FromQuery, Description("Path of a project; notes that concern all are there too. Several are alternatives.")] string[]? project,
        CancellationToken cancel)
    {
        try
        {
            long? At(string name, string? text) => text is null ? null : Instants.Parse(name, text).ToUnixTimeMilliseconds();
            return TypedResults.Ok(new NoteList(await notes.ListAsync(At("start", start), At("end", end), project ?? [], cancel)));
        }
        catch (BadParameterException bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    private static async Task<Results<Created<Note>, ProblemHttpResult>> CreateAsync(
        [FromBody] JsonElement body, HttpContext context, [FromServices] INotes notes, CancellationToken cancel)
    {
        if (Read(body, 0, context, out var errors) is not { } wanted) return ReportsApi.Wrong(errors);
        var note = await notes.SaveAsync(wanted, cancel);
        return TypedResults.Created($"{context.Request.PathBase}/api/notes/{note!.Id}", note);
    }

    private static async Task<Results<Ok<Note>, ProblemHttpResult>> ReplaceAsync(
        string id, [FromBody] JsonElement body, HttpContext context, [FromServices] INotes notes, CancellationToken cancel)
    {
        if (IdOf(id) is not { } number || await notes.FindAsync(number, cancel) is not { } before) return Problems.NotFound("note");
        if (Read(body, number, context, out var errors) is not { } wanted) return ReportsApi.Wrong(errors);
        return await notes.SaveAsync(wanted with { Author = before.Author }, cancel) is { } note ? TypedResults.Ok(note) : Problems.NotFound("note");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, [FromServices] INotes notes, CancellationToken cancel) =>
        IdOf(id) is { } number && await notes.DeleteAsync(number, cancel) ? TypedResults.NoContent() : Problems.NotFound("note");

    private static int? IdOf(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Note? Read(JsonElement body, int id, HttpContext context, out IReadOnlyDictionary<string, string[]> errors)
    {
        var wrong = new Dictionary<string, string[]>(StringComparer.Ordinal);
        errors = wrong;
        if (body.ValueKind != JsonValueKind.Object)
        {
            wrong[""] = ["A note is a JSON object."];
            return null;
        }
        foreach (var property in body.EnumerateObject().Where(p => !s_fields.Contains(p.Name))) wrong[property.Name] = ["There is no such field."];
        string? Text(string name)
        {
            if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
            if (value.ValueKind == JsonValueKind.String) return value.GetString();
            wrong[name] = ["It is a text."];
            return null;
        }
        DateTimeOffset? At(string name)
        {
            if (Text(name) is not { } text) return null;
            try
            {
                return Instants.Parse(name, text);
            }
            catch (BadParameterException)
            {
                wrong[name] = ["It is not an instant such as 2026-11-23T00:00:00Z."];
                return null;
            }
        }
        var (at, until, text, project) = (At("at"), At("until"), Text("text")?.Trim(), Text("project"));
        if (at is null && !wrong.ContainsKey("at")) wrong["at"] = ["When is it?"];
        if (until <= at) wrong["until"] = ["It is not after at."];
        if (text is null or "" || text.Length > INotes.LongestText || text.Any(char.IsControl))
            wrong["text"] = [$"A note has 1 to {INotes.LongestText} characters and no line breaks."];
        if (project is { Length: 0 or > 4_096 }) wrong["project"] = ["It is the path of a project."];
        return wrong.Count > 0 ? null : new Note(id, at!.Value, until, text!, project, context.User.Identity?.Name ?? "key");
    }
}

internal sealed record NoteList(IReadOnlyList<Note> Items);
