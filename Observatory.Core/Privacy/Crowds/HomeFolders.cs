using System.Text.RegularExpressions;

namespace Observatory.Core.Privacy.Crowds;

/// <summary>A home folder names its owner: paths below one are told from <c>~</c>.</summary>
public static partial class HomeFolders
{
    /// <summary>A path elsewhere comes back as it is.</summary>
    public static string Hide(string path) => Home().Replace(path, "~");

    /// <summary>The last part of a path, which is the name of the project.</summary>
    public static string NameOf(string path)
    {
        var trimmed = path.TrimEnd('/', '\\');
        var name = trimmed[(trimmed.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.Length == 0 ? path : name;
    }

    [GeneratedRegex(@"^(?:[A-Za-z]:)?[/\\](?:home|Users|Documents and Settings)[/\\][^/\\]+(?=[/\\]|$)|^/root(?=/|$)|^/var/home/[^/]+(?=/|$)"
        + @"|^/mnt/[a-z]/Users/[^/]+(?=/|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Home();
}
