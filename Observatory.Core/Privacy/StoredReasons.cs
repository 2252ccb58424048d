namespace Observatory.Core.Privacy;

/// <summary>What is said in the place of a reason that could not be checked.</summary>
internal static class StoredReasons
{
    public const string Line = "The line cannot be read.";
    public const string Event = "The event cannot be read.";
}
