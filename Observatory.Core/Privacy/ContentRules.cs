using Observatory.Core.Privacy.Own;

namespace Observatory.Core.Privacy;

/// <summary>
/// What the content setting lets be kept, by kind of text: the one place of that rule, for what comes in and for what is stored already. Thread-safe.
/// </summary>
internal sealed class ContentRules(ContentMode mode, Redactor redactor, OwnRules? own = null)
{
    private readonly NameFilter _names = new();

    public ContentMode Mode { get; } = mode;

    /// <summary>What people and tools wrote. Null where no text is kept, or where it could not be checked.</summary>
    public string? Text(string? text) => Mode switch
    {
        ContentMode.Counts => null,
        ContentMode.Redacted => Redact(text),
        ContentMode.Full => text,
        _ => throw new InvalidOperationException($"Content mode {Mode} is not known."),
    };

    /// <summary>Fields of an event, a JSON object.</summary>
    public string? Data(string? json) => Mode == ContentMode.Counts ? NumbersOnly.Of(json) : Text(json);

    /// <summary>What identifies or groups: kept in every mode, without secrets in all but the full one.</summary>
    public string? Name(string? name) => Mode == ContentMode.Full ? name : _names.Clean(name);

    /// <summary>Why something was refused; it may quote what it is about.</summary>
    /// <param name="without">Where it cannot be checked.</param>
    public string Reason(string reason, string without) => Mode == ContentMode.Full ? reason : Redact(reason) ?? without;

    private string? Redact(string? text) => redactor.Redact(text) is { } clean ? own is null ? clean : own.Apply(clean) : null;
}
