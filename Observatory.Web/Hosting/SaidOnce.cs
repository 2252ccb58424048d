using System.Collections.Concurrent;

namespace Observatory.Web.Hosting;

/// <summary>For log lines about values that callers choose: each once, and of many only the first, so that nobody fills the log. Thread-safe.</summary>
internal sealed class SaidOnce
{
    private const int Most = 20;

    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for the first call with a value, while there were few.</summary>
    public bool IsNew(string value) => _said.Count < Most && _said.TryAdd(value, true);
}
