using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Metrics;

/// <summary>A <see cref="MetricsFilter"/> in numbers. Null sets let everything through; a name never seen lets nothing through.</summary>
internal sealed class IdFilter
{
    private readonly IReadOnlyDictionary<int, int> _people;
    private readonly HashSet<int>? _users;
    private readonly HashSet<int>? _projects;
    private readonly HashSet<int>? _models;
    private readonly int _sources;

    public IdFilter(MetricsFilter filter, NameCatalog names)
    {
        _people = names.People;
        _users = Ids(filter.Users, NameKind.User, names);
        // Whoever is asked for, under whatever name: all rows of that person.
        if (_users is not null && _people.Count > 0)
        {
            var people = _users.Select(Person).ToHashSet();
            _users.UnionWith(people);
            _users.UnionWith(_people.Where(p => people.Contains(p.Value)).Select(p => p.Key));
        }
        _projects = Ids(filter.Projects, NameKind.Project, names);
        _models = Ids(filter.Models, NameKind.Model, names);
        foreach (var source in filter.Sources) _sources |= 1 << (int)Enum.Parse<EventSource>(source, ignoreCase: true);
        IsEmpty = filter.IsEmpty;
    }

    public bool IsEmpty { get; }

    /// <summary>It asks for nothing but users, if for anything.</summary>
    public bool IsOfUsersAlone => _projects is null && _models is null && _sources == 0;

    /// <summary>The user that a row's user counts for: merged names are one.</summary>
    public int Person(int user) => _people.Count == 0 ? user : _people.GetValueOrDefault(user, user);

    public bool Matches(int user, int project, int model, int sources) =>
        IsEmpty || (_users is null || _users.Contains(user)) && (_projects is null || _projects.Contains(project)) &&
        (_models is null || _models.Contains(model)) && (_sources == 0 || (sources & _sources) != 0);

    private static HashSet<int>? Ids(IReadOnlyList<string> texts, NameKind kind, NameCatalog names) =>
        texts.Count == 0 ? null : [.. texts.Select(t => names.Id(kind, t)).OfType<int>()];
}
