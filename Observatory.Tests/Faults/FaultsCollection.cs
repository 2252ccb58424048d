namespace Observatory.Tests.Faults;

/// <summary>Two rows of tests that start the real program many times: one after another within a row, since more at once would only take each other's
/// time.</summary>
public static class FaultsCollection
{
    /// <summary>The program is killed.</summary>
    public const string Kills = "kills";

    /// <summary>The store or the sender is at fault.</summary>
    public const string Store = "store faults";
}
