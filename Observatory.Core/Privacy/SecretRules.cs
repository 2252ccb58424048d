using Observatory.Core.Privacy.Secrets;

namespace Observatory.Core.Privacy;

/// <summary>The built-in rules.</summary>
public static class SecretRules
{
    /// <summary>
    /// To be raised with every change of what the rules find: what was stored by older ones is then worked over. Of a byte.
    /// </summary>
    public const int Version = 1;

    /// <summary>Every rule, in the order in which they run: e-mail addresses last, for they leave alone what was found before.</summary>
    public static IReadOnlyList<ITextRule> All { get; } = [new PrivateKeyRule(), new SecretRule(), new EmailRule()];
}
