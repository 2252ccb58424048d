namespace Observatory.Core.Accounts;

/// <summary>Who asks for figures: whoever reads any needs one. A person, or a key in somebody's name.</summary>
/// <param name="Name">As the account or the key is called.</param>
/// <param name="Role">What may be seen.</param>
public sealed record Asker(string Name, UserRole Role)
{
    /// <summary>The program itself, where it looks at its own state and shows it to nobody.</summary>
    public static Asker Program { get; } = new("program", UserRole.Admin);

    /// <summary>Was never let in.</summary>
    public static Asker Nobody { get; } = new("nobody", UserRole.Viewer) { IsNobody = true };

    public bool IsNobody { get; private init; }

    /// <summary>Whose figures are the own ones, as sources name them; null = nobody's.</summary>
    public string? OwnUser { get; init; }

    /// <summary>Paths of the projects that are seen; null = all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>Figures of everything, with everybody's name. A list of projects narrows every role.</summary>
    public bool SeesEverything => Role >= UserRole.Editor && Projects is null && !IsNobody;
}

/// <summary>Knows in whose name a request or a circuit reads.</summary>
public interface IAskerSource
{
    Asker Current { get; }
}
