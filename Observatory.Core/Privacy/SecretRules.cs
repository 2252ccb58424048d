using Observatory.Core.Privacy.Secrets;

namespace Observatory.Core.Privacy;

/// <summary>The built-in rules.</summary>
public static class SecretRules
{
    /// <summary>Every rule, in the order in which they run: e-mail addresses last, for they leave alone what was found before.</summary>
    public static IReadOnlyList<ITextRule> All { get; } = [new PrivateKeyRule(), new SecretRule(), new EmailRule()];
}
