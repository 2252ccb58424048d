namespace Observatory.Core.Storage.Writing.Keys;

/// <summary>What keys are of, and what their values say. The numbers are stored: never change one.</summary>
internal enum KeyKind
{
    /// <summary>Lower half of an item's key to the number of its row; the same of the five below.</summary>
    Prompts = 1,
    Responses = 2,
    ToolCalls = 3,
    ApiErrors = 4,
    Marks = 5,
    Events = 6,

    /// <summary>Request to the number of a response.</summary>
    Requests = 7,

    /// <summary>Lower half of the name that a sender gave to an event to half of its upper one.</summary>
    SeenEvents = 8,

    /// <summary>The same of keys whose rows are gone.</summary>
    ForgottenKeys = 9,

    /// <summary>Message id to the number of one of several responses, with a bit where they may be parts of each other.</summary>
    Groups = 10,

    /// <summary>Line to the number of the conversation that showed it first.</summary>
    Lines = 11,

    /// <summary>Request of a session to the number of its conversation.</summary>
    ApiRequests = 12,
}

internal static class KeyKinds
{
    /// <summary>
    /// Bits of a key that a set leaves out. Where the row says whether the key is its own, 40 bits find it: of ten million others one is wrong in a hundred
    /// thousand looks.
    /// </summary>
    public static int CutOf(KeyKind kind) => kind <= KeyKind.Requests ? 24 : 0;
}

/// <param name="Key">A fingerprint; never 0.</param>
/// <param name="Value">What is kept of it.</param>
internal readonly record struct KeyEntry(ulong Key, uint Value) : IComparable<KeyEntry>
{
    public int CompareTo(KeyEntry other) => Key == other.Key ? Value.CompareTo(other.Value) : Key.CompareTo(other.Key);
}
