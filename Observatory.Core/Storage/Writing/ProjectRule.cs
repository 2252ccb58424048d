using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Which project a thing counts in: that of the folder its conversation started in, where its own folder is that or lies below it; else its own
/// folder. A worktree stands for its repository, in both. Folders are numbers of names, 0 = none; one that is not named is where the conversation
/// started. Writer only.
/// </summary>
internal sealed class ProjectRule(NameTable names, IWriterRows rows)
{
    /// <summary>A repository may be a worktree itself; whatever claims more than this goes in a circle.</summary>
    private const int MostSteps = 8;

    private static readonly (int, int, (int, bool)) s_none = (-1, 0, default);

    private readonly Dictionary<string, string> _worktrees = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string?> _repositories = [];
    private readonly Dictionary<(int Folder, int Start), (int Project, bool IsFolder)> _projects = [];
    private (string? Text, int Id) _last;
    private (int Folder, int Start, (int, bool) Project) _lastProject = s_none;

    /// <summary>Conversations of which stored rows may count in another project now.</summary>
    public HashSet<int> Changed { get; } = [];

    public void Load()
    {
        foreach (var row in rows.Facts.Worktrees())
        {
            if (names.Text(row.FolderId) is { } folder && names.Text(row.RepositoryId) is { } repository) _worktrees[folder] = repository;
        }
    }

    /// <summary>Number of the folder, however it is spelled.</summary>
    public int Folder(string? text)
    {
        // Lines repeat their folder, and it is one object then.
        if (text is null) return 0;
        if (ReferenceEquals(_last.Text, text)) return _last.Id;
        if (ProjectPath.Normalise(text) is not { } folder) return 0;
        var id = names.Id(NameKind.Folder, folder);
        // What is beyond one sender's limit may be known by another's.
        if (!names.IsBeyond(id, folder)) _last = (text, id);
        return id;
    }

    /// <summary>The row's own folder.</summary>
    public static int FolderOf(ItemEntity row) => row.FolderId ?? row.ProjectId;

    /// <param name="folder">Its own folder.</param>
    /// <param name="start">The folder that its conversation started in.</param>
    /// <returns>The project, and whether that is its own folder.</returns>
    public (int Project, bool IsFolder) ProjectOf(int folder, int start)
    {
        if (_lastProject.Folder == folder && _lastProject.Start == start) return _lastProject.Project;
        if (!_projects.TryGetValue((folder, start), out var found))
        {
            var (own, first) = (RepositoryOf(folder), RepositoryOf(start));
            var project = own is null || first is not null && ProjectPath.IsWithin(own, first) ? first : own;
            found = (names.Id(NameKind.Project, project), project == names.Text(folder));
            if (project is not null && names.IsBeyond(found.Project, project)) return found;
            _projects[(folder, start)] = found;
        }
        _lastProject = (folder, start, found);
        return found;
    }

    /// <summary>Number of the name of the worktree that the folder is, or lies in; 0 = it is in none.</summary>
    public int WorktreeOf(int folder)
    {
        if (names.Text(folder) is not { } text || ProjectPath.Normalise(text) is not { } spelled) return 0;
        var name = ProjectPath.Worktree(spelled) ?? (Above(spelled) is { } known ? ProjectPath.NameOf(known) : null);
        return names.Id(NameKind.Worktree, name);
    }

    /// <summary>Takes in that a folder is a worktree. Of several repositories for one worktree the shortest path counts, whoever names it first.</summary>
    public void Learn(WorktreeFact fact)
    {
        if (ProjectPath.Normalise(fact.Path) is not { } folder || ProjectPath.Normalise(fact.Repository) is not { } repository) return;
        if (ProjectPath.IsWithin(repository, folder)) return;
        if (_worktrees.TryGetValue(folder, out var known) && !IsBetter(repository, known)) return;
        _worktrees[folder] = repository;
        rows.Facts.Write(new WorktreeEntity { FolderId = names.Id(NameKind.Folder, folder), RepositoryId = names.Id(NameKind.Folder, repository) });
        _repositories.Clear();
        _projects.Clear();
        _lastProject = s_none;
        Affect(folder);
    }

    private static bool IsBetter(string repository, string known) =>
        repository.Length != known.Length ? repository.Length < known.Length : string.CompareOrdinal(repository, known) < 0;

    /// <summary>What is stored of the worktree's folders counts elsewhere now.</summary>
    private void Affect(string worktree)
    {
        var below = new List<int>();
        var around = new List<int>();
        foreach (var (id, text) in names.All(NameKind.Folder).Concat(names.All(NameKind.Project)))
        {
            if (ProjectPath.IsWithin(text, worktree)) below.Add(id);
            else if (ProjectPath.IsWithin(worktree, text)) around.Add(id);
        }
        Changed.UnionWith(rows.ConversationsOf(below, around));
    }

    private string? RepositoryOf(int folder)
    {
        if (folder == 0) return null;
        if (_repositories.TryGetValue(folder, out var known)) return known;
        // Stored texts may be older than their spelling.
        var text = ProjectPath.Normalise(names.Text(folder)) ?? "";
        for (var step = 0; step < MostSteps; step++)
        {
            var next = ProjectPath.Repository(text);
            if (Above(next) is { } worktree) next = _worktrees[worktree];
            if (next == text) break;
            text = next;
        }
        return _repositories[folder] = text.Length == 0 ? null : text;
    }

    /// <summary>The known worktree that the folder is, or lies in.</summary>
    private string? Above(string folder)
    {
        string? nearest = null;
        foreach (var worktree in _worktrees.Keys)
        {
            if (worktree.Length > (nearest?.Length ?? 0) && ProjectPath.IsWithin(folder, worktree)) nearest = worktree;
        }
        return nearest;
    }

    /// <summary>Ends the transaction's view.</summary>
    public void Committed() => Changed.Clear();
}
