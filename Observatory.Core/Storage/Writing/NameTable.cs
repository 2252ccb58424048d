using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Gives texts their numbers. New ones are written with the transaction that needs them; those of one sender beyond what it may bring in a day
/// have one number together. Writer only.
/// </summary>
internal sealed class NameTable
{
    private readonly Dictionary<(NameKind Kind, string Text), int> _ids = [];
    private readonly Dictionary<NameKind, int> _counts = [];
    private readonly Dictionary<int, string> _texts = [];
    private readonly (string? Text, int Id)[] _last = new (string?, int)[Enum.GetValues<NameKind>().Max(k => (int)k) + 1];
    private int _nextId = 1;
    private BatchSender? _sender;
    private NewNames? _new;

    /// <summary>Names that the running transaction must insert.</summary>
    public List<NameEntity> Added { get; } = [];

    public void Load(NameEntity name)
    {
        _ids[(name.Kind, name.Text)] = name.Id;
        _texts[name.Id] = name.Text;
        _counts[name.Kind] = Math.Max(_counts.GetValueOrDefault(name.Kind), name.Ordinal + 1);
        _nextId = Math.Max(_nextId, name.Id + 1);
    }

    /// <summary>Whose names are asked for from here on.</summary>
    /// <param name="sender">Null = this machine's: they are not limited.</param>
    /// <returns>False = the same as before.</returns>
    public bool Begin(BatchSender? sender, NewNames limits)
    {
        if (_sender == sender) return false;
        (_sender, _new) = (sender, limits);
        // A text of one sender beyond its limit may be well known by another's.
        Array.Clear(_last);
        return true;
    }

    /// <summary>Whether the sender may add a series to those that are stored.</summary>
    public bool MayAddSeries(int metric, string tags) => _new?.MayAddTagSet(_sender, $"{Text(metric)}\n{tags}") != false;

    /// <summary>The text went beyond what its sender may bring.</summary>
    public bool IsBeyond(int id, string text) => Text(id) is NewNames.Others && text != NewNames.Others;

    /// <summary>0 for null or empty.</summary>
    public int Id(NameKind kind, string? text)
    {
        if (string.IsNullOrEmpty(text)) return 0;
        // Readers hand on one string object for one text, and lines repeat their folder, branch and model: mostly no hash is needed.
        ref var last = ref _last[(int)kind];
        if (ReferenceEquals(last.Text, text)) return last.Id;
        last = (text, Find(kind, text));
        return last.Id;
    }

    private int Find(NameKind kind, string text)
    {
        if (_ids.TryGetValue((kind, text), out var id)) return id;
        if (_new?.MayAdd(_sender, kind, text) == false) return Find(kind, NewNames.Others);
        var ordinal = _counts.GetValueOrDefault(kind);
        _counts[kind] = ordinal + 1;
        id = _nextId++;
        _ids[(kind, text)] = id;
        _texts[id] = text;
        Added.Add(new NameEntity { Id = id, Kind = kind, Text = text, Ordinal = ordinal });
        return id;
    }

    public IEnumerable<(int Id, string Text)> All(NameKind kind)
    {
        foreach (var ((of, text), id) in _ids)
        {
            if (of == kind) yield return (id, text);
        }
    }

    public string? Text(int id) => id == 0 ? null : _texts.GetValueOrDefault(id);
}
