using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Storage.Readers;
using Observatory.Web.Auditing;
using Observatory.Core.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

/// <summary>The plan that is paid for: free text, dated, so that what it cost before stays what it was.</summary>
internal static class PlanApi
{
    public const int LongestName = 80, LongestCurrency = 8;

    public const decimal MostMonthly = 1_000_000;

    private static readonly string[] s_fields = ["name", "monthly", "currency", "since"], s_ignored = ["earlier"];

    public static void MapPlan(this RouteGroupBuilder limits)
    {
        limits.MapGet("/plan", GetAsync).WithName("GetPlan").WithSummary("The plan of today, and those before it.");
        limits.MapPut("/plan", SetAsync).RequireAuthorization(Policies.Edit).AddEndpointFilter(AdminApi.RefuseOtherOrigins)
            .WithMetadata(new IsChange(AuditActions.SettingChanged)).WithName("SetPlan").WithSummary("Sets the plan from a day on.")
            .ReadsBody("Name in free text, price of a month, currency, first day.", """{"name":"Max","monthly":100,"currency":"USD","since":"2026-11-01"}""",
                "application/json");
    }

    private static async Task<Ok<PlanAnswer>> GetAsync([FromServices] IPlans plans, [FromServices] TimeProvider clock, CancellationToken cancel) =>
        TypedResults.Ok(PlanAnswer.Of(await plans.ReadAsync(cancel), clock));

    private static async Task<Results<Ok<PlanAnswer>, ProblemHttpResult>> SetAsync(
        HttpRequest request, [FromServices] IPlans plans, [FromServices] TimeProvider clock, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, s_fields, s_ignored, cancel);
        var (name, currency, day) = (body.Text("name", LongestName)?.Trim(), body.Text("currency", LongestCurrency, isNeeded: false)?.Trim(),
            body.Text("since", 10, isNeeded: false));
        if (name is "") body.Wrong("name", "is empty");
        decimal? monthly = null;
        if (body.Value("monthly") is { } price)
        {
            if (price.ValueKind == JsonValueKind.Number && price.TryGetDecimal(out var number) && number is >= 0 and <= MostMonthly) monthly = number;
            else body.Wrong("monthly", "is no price of a month");
        }
        var since = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (day is not null && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out since))
            body.Wrong("since", "is no day such as 2026-11-01");
        if (!body.IsGood) return body.Problem();
        await plans.SetAsync(new PlanSetting(name!, monthly, currency is "" ? null : currency, since), cancel);
        return TypedResults.Ok(PlanAnswer.Of(await plans.ReadAsync(cancel), clock));
    }
}

/// <param name="Name">Null = no plan was ever named.</param>
/// <param name="Since">First day on which it holds.</param>
/// <param name="Earlier">Those before, and those that begin later, newest first.</param>
internal sealed record PlanAnswer(string? Name, decimal? Monthly, string? Currency, DateOnly? Since, IReadOnlyList<PlanSetting> Earlier)
{
    /// <param name="plans">Newest first.</param>
    public static PlanAnswer Of(IReadOnlyList<PlanSetting> plans, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var now = plans.FirstOrDefault(p => p.Since <= today);
        return new PlanAnswer(now?.Name, now?.Monthly, now?.Currency, now?.Since, [.. plans.Where(p => p != now)]);
    }
}
