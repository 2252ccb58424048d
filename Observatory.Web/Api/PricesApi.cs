using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core;
using Observatory.Core.Auditing;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Prices;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>The price book: what the program ships with, and the administrator's own rows.</summary>
internal static class PricesApi
{
    public static void MapPrices(this RouteGroupBuilder admin)
    {
        var prices = admin.MapGroup("/prices").WithTags("Prices");
        var change = prices.MapGroup("").WithMetadata(new IsChange(AuditActions.PriceChanged));
        prices.MapGet("", ListAsync).WithName("ListPrices").WithSummary("All rows, own ones first, and the models that have no price.");
        change.MapPost("", CreateAsync).WithName("CreatePrice")
            .WithSummary("Adds a row of one's own. It prices what comes from now on; what is stored keeps its price.")
            .ReadsBody("The row: US dollars for a million tokens; webSearch for one.", Example, "application/json");
        prices.MapPost("/preview", PreviewAsync).WithName("PreviewPrices")
            .WithSummary("What pricing everything anew would change, by month: with this row beside the others, or with the book as it is.")
            .ReadsBody("A row, or {}.", Example, "application/json");
        change.MapPut("/{id}", ReplaceAsync).WithName("ReplacePrice").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Changes a row of one's own.").ReadsBody("The row.", Example, "application/json");
        change.MapDelete("/{id}", DeleteAsync).WithName("DeletePrice").ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Removes a row of one's own.");
    }

    private const string Example =
        """{"model":"claude-opus-5","input":4,"output":20,"cacheWrite5m":5,"cacheWrite1h":8,"cacheRead":0.4,"source":"contract"}""";

    private static async Task<Ok<PricesAnswer>> ListAsync(
        [FromServices] IPriceBook book, [FromServices] AnalyticsEngine analytics, CancellationToken cancel) =>
        TypedResults.Ok(new PricesAnswer(
            [.. book.Rows.Select(row => new PriceAnswer(row, PriceIds.Of(row)))], await analytics.GetUnpricedAsync(cancel)));

    private static async Task<Results<Created<PriceAnswer>, ProblemHttpResult>> CreateAsync(
        HttpRequest request, [FromServices] OwnPrices own, CancellationToken cancel)
    {
        var body = await PriceBody.ReadAsync(request, cancel);
        if (body.Row is not { } row) return body.Problem();
        var made = (await own.AddAsync(row, cancel))!;
        return TypedResults.Created($"{request.PathBase}/api/admin/prices/{PriceIds.Of(made)}", new PriceAnswer(made, PriceIds.Of(made)));
    }

    private static async Task<Results<Ok<PriceAnswer>, ProblemHttpResult>> ReplaceAsync(
        string id, HttpRequest request, [FromServices] IPriceBook book, [FromServices] OwnPrices own, CancellationToken cancel)
    {
        if (Refuse(id, book, out var number) is { } refusal) return refusal;
        var body = await PriceBody.ReadAsync(request, cancel);
        if (body.Row is not { } row) return body.Problem();
        return await own.ReplaceAsync(number, row, cancel) is { } changed ? TypedResults.Ok(new PriceAnswer(changed, PriceIds.Of(changed)))
            : Problems.NotFound("price");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, [FromServices] IPriceBook book, [FromServices] OwnPrices own, CancellationToken cancel)
    {
        if (Refuse(id, book, out var number) is { } refusal) return refusal;
        return await own.RemoveAsync(number, cancel) ? TypedResults.NoContent() : Problems.NotFound("price");
    }

    private static async Task<Results<Ok<RepricingPreview>, ProblemHttpResult>> PreviewAsync(
        HttpRequest request, [FromServices] OwnPrices own, [FromServices] AnalyticsEngine analytics, CancellationToken cancel)
    {
        var body = await PriceBody.ReadAsync(request, cancel, isOptional: true);
        if (!body.IsGood) return body.Problem();
        IEnumerable<PriceRow> rows = own.List();
        // The last one made goes first.
        if (body.Row is { } row) rows = rows.Where(r => PriceIds.Of(r) != body.Id).Append(row with { OwnId = int.MaxValue });
        return TypedResults.Ok(await analytics.PreviewPricesAsync(CurrentPrices.With(rows), cancel));
    }

    private static ProblemHttpResult? Refuse(string id, IPriceBook book, out int number)
    {
        number = PriceIds.OwnNumber(id) ?? 0;
        if (number > 0) return null;
        return book.Rows.Any(r => PriceIds.Of(r) == id)
            ? TypedResults.Problem("This row came with the program. Add one of your own: it goes before.", statusCode: StatusCodes.Status409Conflict)
            : Problems.NotFound("price");
    }
}

/// <summary>Ids of rows: a number for own ones, words for those that came with the program, so that they are the same after an upgrade.</summary>
internal static class PriceIds
{
    public static string Of(PriceRow row) => row.OwnId is { } own ? own.ToString(CultureInfo.InvariantCulture) : string.Create(
        CultureInfo.InvariantCulture, $"list-{row.Model}{(row.IsFast ? "-fast" : "")}{(row.MinPrompt > 0 ? $"-{row.MinPrompt}" : "")}"
            + $"{(row.ValidFrom > long.MinValue ? $"-{DateTimeOffset.FromUnixTimeMilliseconds(row.ValidFrom):yyyyMMdd}" : "")}");

    public static int? OwnNumber(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}

/// <param name="Items">Own rows first.</param>
/// <param name="Unpriced">Models that were used and have no price, most tokens first.</param>
internal sealed record PricesAnswer(IReadOnlyList<PriceAnswer> Items, IReadOnlyList<UnpricedModel> Unpriced);

/// <summary>USD for a million tokens.</summary>
internal sealed class PriceAnswer(PriceRow row, string id)
{
    public string Id => id;
    public string Model => row.Model;

    /// <summary>Null = since ever.</summary>
    public DateTimeOffset? ValidFrom => row.ValidFrom == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.ValidFrom);

    /// <summary>First instant that it no longer holds for; null = still in force.</summary>
    public DateTimeOffset? ValidTo => row.ValidTo == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.ValidTo);

    public decimal Input => row.Input;
    public decimal Output => row.Output;
    public decimal CacheWrite5m => row.Write5m;
    public decimal CacheWrite1h => row.Write1h;
    public decimal CacheRead => row.Read;

    /// <summary>For one search.</summary>
    public decimal WebSearch => row.WebSearch ?? PriceBook.NanoDollarsPerSearch / 1_000_000_000m;

    /// <summary><c>fast</c>, or null for the ordinary one.</summary>
    public string? Speed => row.IsFast ? "fast" : null;

    public string? Tier => row.Tier;
    public string? Region => row.Region;

    /// <summary>Prompt tokens from which it holds, for all tokens of the call.</summary>
    public long MinPrompt => row.MinPrompt;

    public string Source => row.Source;

    /// <summary>An administrator made it.</summary>
    public bool Own => row.OwnId is not null;
}
