using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Observatory.Core;
using Observatory.Core.Realtime;
using Observatory.Web.Api;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;

namespace Observatory.Web.Live;

internal static class LiveRegistration
{
    public static void AddObservatoryLive(this IServiceCollection services)
    {
        services.AddSingleton<IFeedJson, FeedJson>();
        services.AddSingleton<LiveFeeds>();
        services.AddSingleton<HubClients>();
        services.AddAlertClock();
        services.AddSignalR(hub =>
        {
            // A program says no more than where it stood.
            hub.MaximumReceiveMessageSize = 4 * 1024;
            hub.StreamBufferCapacity = 1;
        }).AddJsonProtocol(json => json.PayloadSerializerOptions.Converters.Add(new UtcInstantConverter()));
    }

    public static void MapObservatoryLive(this WebApplication app) =>
        app.MapHub<AnalyticsHub>(LiveConnections.HubPath, connection =>
        {
            connection.ApplicationMaxBufferSize = 16 * 1024;
            connection.TransportMaxBufferSize = 64 * 1024;
        }).RequireAuthorization(Policies.Read);

    /// <summary>Values as the routes write them.</summary>
    private sealed class FeedJson(IOptions<JsonOptions> options) : IFeedJson
    {
        public JsonElement Write(object value) => JsonSerializer.SerializeToElement(value, value.GetType(), options.Value.SerializerOptions);
    }
}
