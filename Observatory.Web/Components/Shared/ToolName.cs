namespace Observatory.Web.Components.Shared;

/// <summary>A tool's name for people: <c>mcp__github__create_issue</c> is "create_issue" of the server "github".</summary>
/// <param name="Server">Null for tools of Claude Code itself.</param>
public readonly record struct ToolName(string Name, string? Server)
{
    private const string Prefix = "mcp__";

    public static ToolName Of(string tool)
    {
        if (!tool.StartsWith(Prefix, StringComparison.Ordinal)) return new ToolName(tool, null);
        var rest = tool[Prefix.Length..];
        var at = rest.IndexOf("__", StringComparison.Ordinal);
        return at <= 0 || at + 2 >= rest.Length ? new ToolName(tool, null) : new ToolName(rest[(at + 2)..], rest[..at]);
    }
}
