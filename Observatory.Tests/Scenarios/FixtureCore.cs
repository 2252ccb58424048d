using Microsoft.Extensions.Time.Testing;
using Observatory.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Observatory.Tests.Scenarios.FixtureCore))]

namespace Observatory.Tests.Scenarios;

/// <summary>One core with the fixture transcripts imported, for all tests that only ask.</summary>
public sealed class FixtureCore : IAsyncLifetime
{
    private readonly Lazy<Task<CoreHost>> _core = new(() => CoreHost.ImportAsync(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner)));

    internal Task<CoreHost> Core => _core.Value;

    internal NaiveRecount Naive { get; } = new((Fixture.Root, Fixture.Owner));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_core.IsValueCreated) await (await _core.Value).DisposeAsync();
    }
}
