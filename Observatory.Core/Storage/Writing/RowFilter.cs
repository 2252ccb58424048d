using System.Linq.Expressions;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>Which rows are meant: of an earlier time, of one project or of all but some, and of all users but some.</summary>
/// <param name="Before">Unix ms: rows of an earlier time.</param>
/// <param name="Project">Number of a project's name; null = of any.</param>
/// <param name="ExceptProjects">Numbers of names.</param>
/// <param name="ExceptUsers">Numbers of names.</param>
internal sealed record RowFilter(long Before, int? Project, IReadOnlyList<int> ExceptProjects, IReadOnlyList<int> ExceptUsers)
{
    public static RowFilter Earlier(long at) => new(at, null, [], []);

    public bool Holds(long at, int project, int user) =>
        at < Before && (Project is null || Project == project) && !ExceptProjects.Contains(project) && !ExceptUsers.Contains(user);

    /// <summary>The same for a query.</summary>
    /// <param name="lastId">Rows with a greater number came later than the question.</param>
    public Expression<Func<T, bool>> Of<T>(int lastId) where T : ItemEntity
    {
        var (before, project, projects, users) = (Before, Project, ExceptProjects.ToArray(), ExceptUsers.ToArray());
        return x => x.Id <= lastId && x.At < before && (project == null || x.ProjectId == project) && !projects.Contains(x.ProjectId)
            && !users.Contains(x.UserId);
    }
}

/// <summary>The greatest number of each kind of row when something was asked: what comes later is not meant.</summary>
internal sealed record RowMarks(int Prompts, int Responses, int ToolCalls, int ApiErrors, int Marks, int Events)
{
    public static RowMarks All { get; } = new(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
}
