using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Storage;
using Observatory.Web.Identity;
using Observatory.Web.Operations;

namespace Observatory.Web.Api;

internal static class VersionApi
{
    public static void MapVersion(this WebApplication app) => app.MapGet("/api/version", GetAsync).RequireAuthorization(Policies.Read).WithTags("Operations")
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .WithName("GetVersion").WithSummary("What runs here: release, source, form of the database, runtime.");

    private static async Task<Ok<VersionAnswer>> GetAsync([FromServices] SchemaVersion schema, CancellationToken cancel) =>
        TypedResults.Ok(new VersionAnswer(ProgramVersion.Number, ProgramVersion.Commit, await schema.ReadAsync(cancel), Environment.Version.ToString()));
}

/// <param name="Version">Of the release.</param>
/// <param name="Commit">Of the source it was built from; empty where it is not known.</param>
/// <param name="Schema">Newest change of the database's form.</param>
/// <param name="Dotnet">Version of the runtime.</param>
internal sealed record VersionAnswer(string Version, string Commit, string Schema, string Dotnet);
