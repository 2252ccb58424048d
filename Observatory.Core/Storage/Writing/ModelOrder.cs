namespace Observatory.Core.Storage.Writing;

/// <summary>The models of a conversation in the order in which they first came, as the comma-separated numbers that are stored.</summary>
internal sealed class ModelOrder
{
    private readonly List<(long At, ulong High, ulong Low, int Model)> _firsts = [];
    private string? _text = "";

    /// <summary>A response of that model exists.</summary>
    public void Add(int model, long at, ulong high, ulong low)
    {
        var first = (at, high, low, model);
        var place = _firsts.FindIndex(f => f.Model == model);
        if (place >= 0)
        {
            if (_firsts[place].CompareTo(first) <= 0) return;
            _firsts.RemoveAt(place);
        }
        var target = _firsts.FindIndex(f => f.CompareTo(first) > 0);
        _firsts.Insert(target < 0 ? _firsts.Count : target, first);
        _text = null;
    }

    /// <summary>Whether that response is the first of its model: where it goes, all has to be added anew.</summary>
    public bool IsFirst(int model, long at, ulong high, ulong low) => _firsts.Contains((at, high, low, model));

    public void Clear()
    {
        _firsts.Clear();
        _text = null;
    }

    public string Text => _text ??= string.Join(',', _firsts.Select(f => f.Model));
}
