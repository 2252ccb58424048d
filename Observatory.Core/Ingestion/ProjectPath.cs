using System.Text;

namespace Observatory.Core.Ingestion;

/// <summary>
/// How a folder is spelled, and what its path says of worktrees: the one place for it, whatever source names the folder. A Windows path
/// (<c>W:\app</c>, <c>\\server\share</c>) has the drive's letter in upper case and backslashes, every other one keeps its own separators; neither has
/// a separator twice or at the end, and both are composed Unicode (NFC). What is no path (the name of a project) keeps its form.
/// </summary>
public static class ProjectPath
{
    private const string Posix = "/.claude/worktrees/";
    private const string Windows = @"\.claude\worktrees\";

    /// <summary>The one spelling; null for what names no folder: empty or blank.</summary>
    public static string? Normalise(string? path)
    {
        if (string.IsNullOrWhiteSpace(path)) return null;
        var text = Compose(path);
        if (text.StartsWith(@"\\?\", StringComparison.Ordinal)) text = text[4..];
        if (IsDrive(text)) return WithDrive(text);
        if (text.StartsWith(@"\\", StringComparison.Ordinal)) return @"\\" + Joined(text.Replace('/', '\\').Trim('\\'), '\\');
        if (text[0] == '/')
        {
            // Mostly it is spelled so already, and stays the same object.
            if (text[^1] != '/' && !text.Contains("//", StringComparison.Ordinal)) return text;
            return "/" + Joined(text.Trim('/'), '/');
        }
        return text.TrimEnd('/', '\\') is { Length: > 0 } name ? name : text;
    }

    /// <summary>The folder that a worktree of the client's own making belongs to; any other folder is its own. Of a spelled folder.</summary>
    public static string Repository(string folder)
    {
        var (at, _) = WorktreeIn(folder);
        return at < 0 ? folder : at == 0 ? "/" : IsDrive(folder) && at == 2 ? folder[..3] : folder[..at];
    }

    /// <summary>Name of the worktree of the client's own making that a spelled folder is, or lies in; null for others.</summary>
    public static string? Worktree(string folder)
    {
        var (at, length) = WorktreeIn(folder);
        if (at < 0) return null;
        var name = folder[(at + length)..];
        var end = name.IndexOf(Separator(folder), StringComparison.Ordinal);
        return end < 0 ? name : name[..end];
    }

    /// <summary>Whether a spelled folder is the other, or lies below it.</summary>
    public static bool IsWithin(string folder, string other)
    {
        if (!folder.StartsWith(other, StringComparison.Ordinal)) return false;
        var separator = Separator(other);
        return folder.Length == other.Length || other[^1] == separator || folder[other.Length] == separator;
    }

    /// <summary>Last segment of a spelled folder.</summary>
    public static string NameOf(string folder) => folder[(folder.LastIndexOf(Separator(folder)) + 1)..] is { Length: > 0 } name ? name : folder;

    private static char Separator(string folder) => IsDrive(folder) || folder.StartsWith('\\') ? '\\' : '/';

    private static (int At, int Length) WorktreeIn(string folder)
    {
        var mark = Separator(folder) == '/' ? Posix : Windows;
        var at = folder.IndexOf(mark, StringComparison.Ordinal);
        return at >= 0 && at + mark.Length < folder.Length ? (at, mark.Length) : (-1, 0);
    }

    private static bool IsDrive(string text) =>
        text.Length >= 2 && text[1] == ':' && char.IsAsciiLetter(text[0]) && (text.Length == 2 || text[2] is '/' or '\\');

    private static string WithDrive(string text)
    {
        var rest = text[2..].Trim('/', '\\');
        var spelled = rest.Length == 0 ? @"\" : @"\" + Joined(rest.Replace('/', '\\'), '\\');
        return char.IsAsciiLetterUpper(text[0]) && text.AsSpan(2).SequenceEqual(spelled) ? text : char.ToUpperInvariant(text[0]) + ":" + spelled;
    }

    private static string Joined(string text, char separator) =>
        text.Contains($"{separator}{separator}", StringComparison.Ordinal)
            ? string.Join(separator, text.Split(separator, StringSplitOptions.RemoveEmptyEntries)) : text;

    private static string Compose(string text)
    {
        try
        {
            return text.IsNormalized() ? text : text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair: it has no composed form.
            return text;
        }
    }
}
