using System.Collections;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>Warns of keys under <c>Observatory</c> that nothing reads: most often a typing error.</summary>
internal sealed class UnknownSettings(IReadOnlyList<string> keys, ILogger<UnknownSettings> logger) : IHostedService
{
    public static void Register(IServiceCollection services, IConfiguration configuration)
    {
        var keys = Find(configuration.GetSection(ObservatoryOptions.Section), typeof(ObservatoryOptions)).ToList();
        // Sqlite's place is the data directory: whoever names another one must not believe that it is used.
        if (configuration.GetConnectionString(ObservatoryOptions.Section) is { Length: > 0 }) keys.Add($"ConnectionStrings:{ObservatoryOptions.Section}");
        if (keys.Count > 0) services.AddHostedService(s => new UnknownSettings(keys, s.GetRequiredService<ILogger<UnknownSettings>>()));
    }

    public static IEnumerable<string> Find(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperties().FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null) yield return child.Path;
            else if (property.PropertyType.IsClass && property.PropertyType != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(property.PropertyType))
            {
                foreach (var key in Find(child, property.PropertyType)) yield return key;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var key in keys) logger.LogWarning("{Key} is set, but this version does not know it", key);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
