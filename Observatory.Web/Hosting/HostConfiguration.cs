using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace Observatory.Web.Hosting;

internal static class HostConfiguration
{
    /// <summary>A builder whose files are those beside the program, whatever folder it was started from.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Settings are read once, so watching the file would only spend file watches.
            // Assets do not change while it runs either; watching them would also send them uncompressed.
            Args = [.. args, "--hostBuilder:reloadConfigOnChange=false", "--ReloadStaticAssetsAtRuntime=false"],
            ApplicationName = typeof(HostConfiguration).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        // The weakest source: environment and command line win. A host that sets its own content root (tests) still gets it.
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory), Path = "appsettings.json", Optional = false,
        });
        // Without a launch profile `dotnet run` is Production, where the assets of packages come from the build manifest only with this.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxConcurrentUpgradedConnections = 600;
            // Kestrel refuses what is longer without a word; below this our own limits do, with a page (RequestLimits).
            kestrel.Limits.MaxRequestLineSize = 128 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        });
        return builder;
    }
}
