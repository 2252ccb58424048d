using Observatory.Core.Events;
using Observatory.Core.Metrics.Crowds;
using Observatory.Core.Privacy.Crowds;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>A <see cref="MetricsFilter"/> in numbers. Null sets let everything through; a name never seen lets nothing through.</summary>
internal sealed class IdFilter
{
    private readonly IReadOnlyDictionary<int, int> _people;
    private readonly HashSet<int>? _users;
    private readonly HashSet<int>? _projects;
    private readonly HashSet<int>? _models;
    private readonly HashSet<int>? _within;
    private readonly int _sources;

    public IdFilter(MetricsFilter filter, NameCatalog names)
    {
        _people = names.People;
        _users = Ids(filter.Users, NameKind.User, names);
        // Whoever is asked for, under whatever name: all rows of that person.
        if (_users is not null)
        {
            People = _users.Select(Person).ToHashSet();
            _users.UnionWith(People);
            _users.UnionWith(_people.Where(p => People.Contains(p.Value)).Select(p => p.Key));
        }
        _projects = Ids(filter.Projects, NameKind.Project, names);
        _models = Ids(filter.Models, NameKind.Model, names);
        foreach (var source in filter.Sources) _sources |= 1 << (int)Enum.Parse<EventSource>(source, ignoreCase: true);
        if (filter.Sight?.Projects is { } seen) _within = [.. seen.Select(t => names.Id(NameKind.Project, t)).OfType<int>()];
        IsEmpty = filter.IsEmpty && _within is null;
    }

    /// <param name="mask">What of it is shown.</param>
    public IdFilter(IdFilter plain, CrowdMask mask)
    {
        (_people, _users, _projects, _models, _within, _sources) = (
            plain._people, plain._users, plain._projects, plain._models, plain._within, plain._sources);
        (People, IsEmpty, Mask) = (plain.People, plain.IsEmpty, mask);
    }

    /// <summary>Neither filters nor a list of projects: every row passes. A mask may still leave out weeks.</summary>
    public bool IsEmpty { get; }

    /// <summary>Who is asked for; null = everybody.</summary>
    public IReadOnlySet<int>? People { get; }

    /// <summary>Of an asker who sees groups only; null = everything that passes is shown.</summary>
    public CrowdMask? Mask { get; }

    /// <summary>It asks for nothing but users, if for anything.</summary>
    public bool IsOfUsersAlone => _projects is null && _models is null && _sources == 0 && _within is null;

    /// <summary>The user that a row's user counts for: merged names are one.</summary>
    public int Person(int user) => _people.Count == 0 ? user : _people.GetValueOrDefault(user, user);

    public bool Matches(int user, int project, int model, int sources) =>
        IsEmpty || (_users is null || _users.Contains(user)) && (_projects is null || _projects.Contains(project)) &&
        (_models is null || _models.Contains(model)) && (_sources == 0 || (sources & _sources) != 0) && IsWithin(project);

    /// <summary>The asker sees the project at all.</summary>
    public bool IsWithin(int project) => _within is null || _within.Contains(project);

    /// <summary>Something of the range is read by day: whole quarters of an hour of these days are shown.</summary>
    public bool ShowsDay(int day, (int Start, int End) read) => Mask is null || Mask.ShowsDay(day, read);

    /// <summary>The week of an instant is shown.</summary>
    public bool Shows(long at) => Mask is null || Mask.Shows(at);

    /// <summary>A row of a list counts in the week of a UTC day.</summary>
    public bool ShowsRow(int day, CrowdDimension dimension, int value) => Mask is null || Mask.ShowsRow(day, dimension, value);

    /// <summary>An instant counts in a series with buckets of this length.</summary>
    public bool ShowsPoint(long at, Interval interval, CrowdDimension? dimension = null, int value = 0) =>
        Mask is null || Mask.ShowsPoint(at, interval, dimension, value);

    private static HashSet<int>? Ids(IReadOnlyList<string> texts, NameKind kind, NameCatalog names) =>
        texts.Count == 0 ? null : [.. texts.Select(t => names.Id(kind, t)).OfType<int>()];
}
