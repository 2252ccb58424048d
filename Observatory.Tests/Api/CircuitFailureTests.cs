using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Observatory.Web.Jobs;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What the framework tells at level Debug only, or not at all.</summary>
public sealed class CircuitFailureTests
{
    [Fact]
    public async Task A_page_that_fails_while_it_is_built_is_in_the_log()
    {
        var lines = new Lines();
        await using var host = new WebHost(TimeProvider.System).WithWebHostBuilder(b => b.ConfigureServices(s => s.AddSingleton<ILoggerProvider>(lines)));
        var loggers = host.Services.GetRequiredService<ILoggerFactory>();
        var error = new InvalidOperationException("no such culture");
        loggers.CreateLogger("Microsoft.AspNetCore.Components.Server.Circuits.CircuitHost").LogDebug(error, "Circuit initialization failed");
        loggers.CreateLogger("Microsoft.AspNetCore.Components.Server.ComponentHub").LogDebug(error, "The same again");
        loggers.CreateLogger("Microsoft.AspNetCore.Components.Server.ComponentHub").LogDebug("Nothing failed");
        loggers.CreateLogger("Microsoft.AspNetCore.Components.Server.ComponentHub").LogDebug(new OperationCanceledException(), "Somebody left");
        var said = lines.All.Where(l => l.Item2?.Contains("Circuit", StringComparison.Ordinal) == true && l.Item1 > LogLevel.Debug);
        Assert.Equal([(LogLevel.Error, typeof(CircuitFailures).FullName, "no such culture")], said);
    }

    [Fact]
    public void The_zone_of_a_machine_is_found_whatever_it_is_called()
    {
        var zones = new ServerZones();
        Assert.Same(TimeZoneInfo.Local, zones.GetTimeZoneById(TimeZoneInfo.Local.Id));
        Assert.Equal("Europe/Berlin", zones.GetTimeZoneById("Europe/Berlin").Id);
        Assert.Throws<TimeZoneNotFoundException>(() => zones.GetTimeZoneById("Nowhere/At/All"));
    }

    private sealed class Lines : ILoggerProvider
    {
        public List<(LogLevel, string?, string?)> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Line(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                lock (lines.All) lines.All.Add((logLevel, category, exception?.Message));
            }
        }
    }
}
