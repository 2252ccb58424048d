using Observatory.Core.Accounts;

namespace Observatory.Web.Components.Pages.Accounts;

/// <summary>What an account may see, while it is changed.</summary>
public sealed class RightsDraft(User of)
{
    public static IReadOnlyList<(UserRole Value, string Title)> Roles { get; } = [.. Enum.GetValues<UserRole>().Select(r => (r, r.ToString()))];

    public User Of { get; } = of;

    public UserRole Role { get; set; } = of.Role;

    public string Own { get; set; } = of.UserId ?? "";

    /// <summary>Paths, one a line.</summary>
    public string Projects { get; set; } = string.Join('\n', ProjectList.Read(of.Projects) ?? []);

    public void Write(User user)
    {
        var own = Own.Trim();
        (user.Role, user.UserId) = (Role, own.Length == 0 ? null : own);
        user.Projects = ProjectList.Write(Projects.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
