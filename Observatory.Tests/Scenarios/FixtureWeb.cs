using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Observatory.Tests.Scenarios.FixtureWeb))]

namespace Observatory.Tests.Scenarios;

/// <summary>The program with the fixture transcripts imported, for all tests that ask over HTTP.</summary>
public sealed class FixtureWeb : IAsyncLifetime
{
    private readonly Lazy<Task<WebHost>> _host = new(async () =>
    {
        var host = new WebHost(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner));
        _ = host.Server;
        await host.IdleAsync();
        return host;
    });

    internal Task<WebHost> Host => _host.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host.IsValueCreated) await (await _host.Value).DisposeAsync();
    }
}
