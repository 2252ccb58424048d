namespace Observatory.Web.Components;

/// <summary>Stands in until the pages take this file's place.</summary>
internal static class ComponentRegistration
{
    public static IServiceCollection AddObservatoryComponents(this IServiceCollection services) => services;

    public static void MapObservatoryComponents(this WebApplication app) =>
        app.MapGet("/", () => TypedResults.Content("<!doctype html><title>Observatory</title>", "text/html; charset=utf-8"));
}
