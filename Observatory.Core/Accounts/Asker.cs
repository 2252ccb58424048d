namespace Observatory.Core.Accounts;

/// <summary>Who asks for figures: whoever reads any needs one. A person, or a key in somebody's name.</summary>
/// <param name="Name">As the account or the key is called.</param>
/// <param name="Role">What may be seen.</param>
public sealed record Asker(string Name, UserRole Role)
{
    /// <summary>The program itself, where it looks at its own state and shows it to nobody.</summary>
    public static Asker Program { get; } = new("program", UserRole.Admin);

    /// <summary>Names, texts and single conversations of everybody.</summary>
    public bool SeesEverything => Role == UserRole.Admin;
}

/// <summary>Knows in whose name a request or a circuit reads.</summary>
public interface IAskerSource
{
    Asker Current { get; }
}
