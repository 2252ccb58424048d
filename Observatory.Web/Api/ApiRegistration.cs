using System.Text.Json.Serialization;
using Observatory.Web.Identity;

namespace Observatory.Web.Api;

internal static class ApiRegistration
{
    public static void AddObservatoryApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new UtcInstantConverter());
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase));
        });
        services.AddApiDocument();
        services.AddSingleton<KnownParameters>();
    }

    public static void MapObservatoryApi(this WebApplication app)
    {
        var analytics = app.MapGroup("/api/analytics").RequireAuthorization(Policies.Read).WithSight()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        analytics.MapDashboard();
        analytics.MapConversations();
        analytics.MapUsers();
        analytics.MapSystem();
        analytics.MapProjects();
        analytics.MapModels();
        analytics.MapTools();
        analytics.MapPipeline();
        analytics.MapStream();
        analytics.MapLimits();
        analytics.MapTimeSeries();
        analytics.MapStatistics();
        analytics.MapTrends();
        analytics.MapExplain();
        analytics.MapAnomalies();
        analytics.MapFeedback();
        analytics.MapChanges();
        analytics.MapTopics();
        analytics.MapExport();
        analytics.MapWhatIf();
        app.MapExports();
        app.MapGlossary();
        app.MapVersion();
        app.MapViews();
        app.MapEvents();
        app.MapClaudeCode();
        app.MapAdmin();
        app.MapReports();
        app.MapAlerts();
        app.MapNotes();
        app.MapAccountApi();
        app.MapApiDocument();
    }
}
