using Observatory.Web.Api;
using Observatory.Web.Auditing;
using Observatory.Web.Identity;

namespace Observatory.Web.Hosting;

internal static class Pipeline
{
    /// <summary>The order matters: what stands above also covers what stands below. Headers and the host filter come before all of it.</summary>
    public static void UseObservatoryPipeline(this WebApplication app)
    {
        // Disposed by the container after everything that is made later.
        app.Services.GetRequiredService<DataDirectoryLock>();
        RefusedRequests.Watch(app.Services);
        app.UseHostNames();
        app.UseForwarding();
        app.UseHeadRequests();
        app.UseErrorAnswers();
        app.UseRequestLimits();
        app.UseOriginCheck();
        app.UseRouting();
        app.UseListeners();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAsker();
        app.UseKnownParameters();
        app.UseAudit();
        app.UseLiveConnections();
        app.UseHeavyAnswers();
        app.UseAntiforgery();
    }
}
