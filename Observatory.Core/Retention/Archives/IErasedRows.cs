namespace Observatory.Core.Retention.Archives;

/// <summary>Whose rows are not put back, wherever they lie.</summary>
internal interface IErasedRows
{
    /// <summary>The person, conversation or project was erased.</summary>
    /// <param name="user">As the row names it; null = nobody.</param>
    /// <param name="session">Id of the conversation; null = of none.</param>
    /// <param name="project">Path; null = of none.</param>
    bool Holds(string? user, string? session, string? project);

    /// <summary>Erasures that were made since then.</summary>
    int Since(DateTimeOffset at);
}

/// <summary>Nobody was erased.</summary>
internal sealed class NoErasedRows : IErasedRows
{
    public bool Holds(string? user, string? session, string? project) => false;

    public int Since(DateTimeOffset at) => 0;
}
