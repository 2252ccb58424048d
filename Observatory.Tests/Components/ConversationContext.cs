using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Metrics;
using Observatory.Core.Realtime;
using Observatory.Tests.Support;

namespace Observatory.Tests.Components;

/// <summary>What the pages of conversations need besides.</summary>
public abstract class ConversationContext : PageContext
{
    protected ConversationContext() : base(FakeMetrics.Now, "shell", "charts", "turns") => Services.AddSingleton<IMetricsCalculator>(_ => Metrics);

    internal FakeMetrics Metrics { get; } = new();

    protected void Publish(params string[] conversations) =>
        Broadcaster.Publish(new ChangeNotice(2, conversations.ToHashSet(), false, 1, FakeMetrics.Now));
}
