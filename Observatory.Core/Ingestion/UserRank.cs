namespace Observatory.Core.Ingestion;

/// <summary>How sure a name of a user is, where sources of one conversation give several: the lowest wins.</summary>
public static class UserRank
{
    /// <summary>Set by whoever runs the program (the owner of a root), or chosen by the sender of the event itself.</summary>
    public const int Given = 0;

    /// <summary>Address of the account that the client is signed in to.</summary>
    public const int Email = 1;

    /// <summary>Id of that account.</summary>
    public const int Account = 2;

    /// <summary>Random id of one configuration folder: the same for all its sessions, but no name.</summary>
    public const int Installation = 3;

    /// <summary>Attributes that were set beside the client (<c>OTEL_RESOURCE_ATTRIBUTES</c>).</summary>
    public const int Resource = 4;

    /// <summary>Nobody is named.</summary>
    public const int None = 9;
}
