using System.Collections.Concurrent;
using Hangfire.Logging;
using HangfireLevel = Hangfire.Logging.LogLevel;

namespace Observatory.Web.Jobs;

/// <summary>
/// Hangfire's words in our log. Hangfire keeps one log for the whole process, also of a program that is over: nothing of that may fail. What it repeats
/// every few seconds, as it does while its file is locked, is said once in ten minutes.
/// </summary>
internal sealed class JobLogs(ILoggerFactory loggers, TimeProvider clock) : ILogProvider
{
    private const int MostRemembered = 256;

    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> _said = new(StringComparer.Ordinal);

    public ILog GetLogger(string name) => new Log(this, name);

    private bool Write(string name, HangfireLevel level, Func<string>? message, Exception? error)
    {
        try
        {
            var logger = loggers.CreateLogger(name);
            var ours = Of(level);
            if (message is null) return logger.IsEnabled(ours);
            if (!logger.IsEnabled(ours)) return false;
            var text = message();
            if (ours >= Microsoft.Extensions.Logging.LogLevel.Warning && !IsNew(name + text)) return true;
            logger.Log(ours, error, "{Message}", text);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private bool IsNew(string text)
    {
        var now = clock.GetTimestamp();
        if (_said.TryGetValue(text, out var before) && clock.GetElapsedTime(before, now) < s_silence) return false;
        if (_said.Count >= MostRemembered) _said.Clear();
        _said[text] = now;
        return true;
    }

    private static Microsoft.Extensions.Logging.LogLevel Of(HangfireLevel level) => level switch
    {
        HangfireLevel.Trace => Microsoft.Extensions.Logging.LogLevel.Trace,
        HangfireLevel.Debug => Microsoft.Extensions.Logging.LogLevel.Debug,
        HangfireLevel.Info => Microsoft.Extensions.Logging.LogLevel.Information,
        HangfireLevel.Warn => Microsoft.Extensions.Logging.LogLevel.Warning,
        HangfireLevel.Error => Microsoft.Extensions.Logging.LogLevel.Error,
        _ => Microsoft.Extensions.Logging.LogLevel.Critical,
    };

    private sealed class Log(JobLogs logs, string name) : ILog
    {
        bool ILog.Log(HangfireLevel logLevel, Func<string>? messageFunc, Exception? exception) => logs.Write(name, logLevel, messageFunc, exception);
    }
}
