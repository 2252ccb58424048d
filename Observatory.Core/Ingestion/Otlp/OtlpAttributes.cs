namespace Observatory.Core.Ingestion.Otlp;

/// <summary>Attributes of one item, in the order of the request.</summary>
internal sealed class OtlpAttributes
{
    private readonly List<KeyValuePair<string, OtlpValue>> _items = [];

    /// <summary>By known name: the place of the last of that name plus 1; 0 = none. A place is less than <see cref="OtlpLimits.Attributes"/>, so a byte holds
    /// it.</summary>
    private readonly byte[] _places = new byte[OtlpNames.Count];

    public IReadOnlyList<KeyValuePair<string, OtlpValue>> Items => _items;

    public int Count => _items.Count;

    /// <summary>Why the item that they belong to cannot be taken, or null.</summary>
    public string? Fault { get; private set; }

    public void Clear()
    {
        _items.Clear();
        Array.Clear(_places);
        Fault = null;
    }

    /// <param name="text">The name.</param>
    /// <param name="name">Which of the known ones it is.</param>
    public void Add(string text, OtlpName name, OtlpValue value)
    {
        if (_items.Count == OtlpLimits.Attributes) Fail($"It has more than {OtlpLimits.Attributes} attributes.");
        else if (text.Length > OtlpLimits.Name) Fail($"The name of an attribute is longer than {OtlpLimits.Name} characters.");
        else
        {
            _items.Add(new(text, value));
            if (name != OtlpName.Other) _places[(int)name] = (byte)_items.Count;
        }
    }

    /// <summary>What <see cref="CutTo"/> goes back to.</summary>
    public (int Count, string? Fault) Mark() => (_items.Count, Fault);

    public void CutTo((int Count, string? Fault) mark)
    {
        if (mark == Mark()) return;
        var kept = _items.GetRange(0, mark.Count);
        Clear();
        foreach (var (text, value) in kept) Add(text, OtlpNames.Of(text), value);
        Fault = mark.Fault;
    }

    public void Fail(string reason) => Fault ??= reason;

    /// <summary>Of several of one name the last.</summary>
    public OtlpValue this[OtlpName name] => _places[(int)name] is > 0 and var place ? _items[place - 1].Value : default;

    /// <summary>Null where there is none, and where it is empty.</summary>
    public string? Text(OtlpName name) => _places[(int)name] is > 0 and var place && _items[place - 1].Value.AsText() is { Length: > 0 } text ? text : null;
}
