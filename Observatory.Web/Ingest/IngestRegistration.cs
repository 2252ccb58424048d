using Observatory.Web.Identity;

namespace Observatory.Web.Ingest;

internal static class IngestRegistration
{
    public static void AddObservatoryIngest(this IServiceCollection services)
    {
        services.AddSingleton(_ => new BodyBudget());
        services.AddSingleton<BodyReader>();
        services.AddSingleton<DurableWriter>();
        services.AddSingleton<ItemIntake>();
        services.AddSingleton<ClientIntake>();
        services.AddSingleton<UploadIntake>();
    }

    /// <summary>
    /// What all endpoints that take events share: a key with the scope ingest or admin, and no limit but the queue and the size of bodies.
    /// </summary>
    public static TBuilder TakesEvents<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(Policies.Ingest).DisableRateLimiting();

    /// <summary>The answers of such an endpoint beside its own.</summary>
    public static RouteHandlerBuilder ProducesRefusals(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
