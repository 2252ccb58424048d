using Microsoft.AspNetCore.HostFiltering;

namespace Observatory.Web.Hosting;

/// <summary>The framework refuses host names that are not in <c>AllowedHosts</c>; this says so, in the answer and in the log.</summary>
internal static class HostNames
{
    private const string Advice = "If readers use it, add it to AllowedHosts or set Observatory:PublicUrl";

    private static readonly object s_passed = new();

    /// <summary>To be called before <see cref="SecurityHeaders.AddSecurityHeaders"/>, which then stands outside of this.</summary>
    public static void AddHostNames(this IServiceCollection services)
    {
        services.PostConfigure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, Around>());
    }

    /// <summary>First in the pipeline: what comes here has passed the filter.</summary>
    public static void UseHostNames(this WebApplication app) => app.Use((context, next) =>
    {
        context.Items[s_passed] = true;
        return next(context);
    });

    private sealed class Around(ILogger<HostFilteringOptions> logger) : IStartupFilter
    {
        private readonly SaidOnce _said = new();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, inner) =>
            {
                await inner(context);
                if (context.Items.ContainsKey(s_passed) || context.Response is not { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false }) return;
                var host = SettingsReader.Shown(context.Request.Host.Host);
                if (_said.IsNew(host)) logger.LogWarning("A request for the host name {Host} was refused. " + Advice, host);
                var why = $"This server does not answer to the host name \"{host}\". {Advice}.";
                await ErrorAnswers.WriteAsync(context, StatusCodes.Status400BadRequest, why, context.RequestAborted);
            });
            next(app);
        };
    }
}
