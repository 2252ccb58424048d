using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>The program without any data, one a test class.</summary>
public sealed class EmptyWeb : IAsyncLifetime
{
    internal MovableClock Clock { get; } = new();

    internal WebHost Host { get; private set; } = null!;

    public ValueTask InitializeAsync()
    {
        Host = new WebHost(Clock);
        _ = Host.Server;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
