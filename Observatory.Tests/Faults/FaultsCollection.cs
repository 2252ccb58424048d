using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>One after another: each starts the real program many times, and two at once would only take each other's time.</summary>
[CollectionDefinition(Name)]
public sealed class FaultsCollection
{
    public const string Name = "faults";
}
