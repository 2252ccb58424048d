namespace Observatory.Core.Privacy.Own;

/// <summary>What an administrator does not want kept either: numbers of customers, names of hosts.</summary>
/// <param name="Name">Its letters stand in the mark.</param>
/// <param name="Pattern">A regular expression without looks around and back, so that it reads every text once.</param>
/// <param name="Replacement">What stands there instead, groups as <c>$1</c>; null = the mark <c>[redacted:name]</c>.</param>
/// <param name="Enabled">It is applied.</param>
public sealed record OwnRule(string Name, string Pattern, string? Replacement, bool Enabled);
