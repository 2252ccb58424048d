using System.Runtime.CompilerServices;

namespace Observatory.Core.Privacy;

/// <summary>
/// Looks for secrets in what is kept in every mode because figures are grouped by it: ids, names of projects, models and tools, tags.
/// E-mail addresses stay: they are names of users. Readers hand on one string object for one text, so each is looked at once a thread.
/// </summary>
internal sealed class NameFilter
{
    private const int Remembered = 512;

    /// <summary>Shorter ones hold no secret that its form gives away.</summary>
    private const int Shortest = 14;

    private const string Unknown = "unknown";

    private readonly Redactor _redactor = new([new PrivateKeyRule(), new Secrets.SecretRule()], TimeProvider.System, Redactor.DefaultBudget);

    [ThreadStatic]
    private static (string? Name, string? Clean)[]? s_last;

    public string? Clean(string? name) => name is null || name.Length < Shortest || IsUuid(name) ? name : Known(name);

    private string? Known(string name)
    {
        var last = s_last ??= new (string?, string?)[Remembered];
        ref var slot = ref last[RuntimeHelpers.GetHashCode(name) & (Remembered - 1)];
        if (!ReferenceEquals(slot.Name, name)) slot = (name, _redactor.Redact(name) ?? Unknown);
        return slot.Clean;
    }

    private static bool IsUuid(string name) => name.Length == 36 && name[8] == '-' && name[13] == '-' && name[18] == '-' && name[23] == '-';
}
