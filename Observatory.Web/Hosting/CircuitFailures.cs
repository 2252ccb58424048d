using System.Collections.Concurrent;

namespace Observatory.Web.Hosting;

/// <summary>
/// A page that fails while its circuit is built shows "stopped working" to its reader, and the framework says why at level Debug only. This
/// listens there and says it again as an error; what the framework logs as one is left to it.
/// </summary>
internal sealed class CircuitFailures(IServiceProvider services) : ILoggerProvider
{
    private static readonly string[] s_categories =
    [
        "Microsoft.AspNetCore.Components.Server.ComponentHub", "Microsoft.AspNetCore.Components.Server.Circuits.CircuitHost",
        "Microsoft.AspNetCore.Components.Server.Circuits.CircuitFactory",
    ];

    private readonly ConcurrentDictionary<Exception, bool> _said = new(ReferenceEqualityComparer.Instance);

    public static void Listen(ILoggingBuilder logging)
    {
        logging.Services.AddSingleton<ILoggerProvider, CircuitFailures>();
        logging.AddFilter<CircuitFailures>("", LogLevel.None);
        foreach (var category in s_categories) logging.AddFilter<CircuitFailures>(category, LogLevel.Debug);
    }

    public ILogger CreateLogger(string categoryName) => new Ear(this);

    public void Dispose()
    {
    }

    private void Hear(LogLevel level, Exception error)
    {
        if (level >= LogLevel.Warning || error is OperationCanceledException or ObjectDisposedException or Microsoft.JSInterop.JSDisconnectedException) return;
        // It comes by several categories.
        if (_said.Count > 100) _said.Clear();
        if (!_said.TryAdd(error, true)) return;
        services.GetRequiredService<ILogger<CircuitFailures>>().LogError(error, "A page failed while it was built");
    }

    private sealed class Ear(CircuitFailures failures) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel < LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null) failures.Hear(logLevel, exception);
        }
    }
}
