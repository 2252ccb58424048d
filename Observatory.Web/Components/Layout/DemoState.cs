using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Layout;

/// <summary>How much of an instance is made up.</summary>
public enum DemoState
{
    Mixed,
    Only,
}

/// <summary>Finds out whether there is demo data. It is only ever put into an empty instance, so real data without it settles the question.</summary>
public static class DemoWatch
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>The states, as they become known; ends when the answer cannot change any more.</summary>
    public static async IAsyncEnumerable<DemoState> StatesAsync(
        AnalyticsEngine analytics, TimeProvider clock, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var changes = analytics.Subscribe();
        do
        {
            var sources = (await Task.Run(() => analytics.GetFilterChoicesAsync(cancel), cancel)).Sources;
            var demo = sources.Contains(SourceNames.Of(EventSource.Demo));
            if (demo) yield return sources.Count == 1 ? DemoState.Only : DemoState.Mixed;
            if (sources.Count > (demo ? 1 : 0)) yield break;
            await Task.Delay(s_pause, clock, cancel);
        }
        while (await changes.NextAsync(cancel) is not null);
    }
}
