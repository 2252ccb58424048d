using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: Observatory.Tests.Support.Watched]

namespace Observatory.Tests.Support;

/// <summary>
/// Names what never ends. A test that hangs would take the whole run with it and leave no word; this ends the run with the names of the
/// tests that were at it. The names also go to the file in <c>OBSERVATORY_TEST_WATCH</c>, because the runner keeps what a test prints.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WatchedAttribute : BeforeAfterTestAttribute
{
    /// <summary>Several times what the longest test takes on a machine that does much else.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    private static readonly ConcurrentDictionary<string, (string Name, DateTimeOffset Since)> s_running = new();

    private static readonly Timer s_look = new(static _ => Look(), null, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20));

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        s_running[test.UniqueID] = (test.TestDisplayName, TimeProvider.System.GetUtcNow());
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        _ = s_running.TryRemove(test.UniqueID, out _);
        GC.KeepAlive(s_look);
    }

    private static void Look()
    {
        var now = TimeProvider.System.GetUtcNow();
        if (!s_running.Values.Any(test => now - test.Since > s_limit)) return;

        string words = string.Join(
            Environment.NewLine,
            s_running.Values.OrderBy(test => test.Since).Select(test => $"at it for {(now - test.Since).TotalSeconds:0} s: {test.Name}"));
        if (Environment.GetEnvironmentVariable("OBSERVATORY_TEST_WATCH") is { Length: > 0 } file) File.WriteAllText(file, words + Environment.NewLine);
        Environment.FailFast("A test did not end." + Environment.NewLine + words);
    }
}
