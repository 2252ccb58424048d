using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;

namespace Observatory.Web.Components.Shared;

/// <summary>
/// The small drawings beside words and in buttons. Markup and no components: a page shows dozens, and each component would stay in the memory of its circuit.
/// </summary>
public static class Glyph
{
    private const string Logo = """
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
        <path d="M4 19a11 11 0 0 1 16 0" /><path d="M12 15 17.5 5.5" />
        <circle cx="12" cy="15" r="2.4" fill="currentColor" stroke="none" /><circle cx="6.5" cy="6" r="1.6" fill="currentColor" stroke="none" /></svg>
        """;

    private static readonly ConcurrentDictionary<(string Name, string? Class), MarkupString> s_made = new();

    /// <summary>Drawn on a grid of 16, stroke 1.5.</summary>
    private static readonly Dictionary<string, string> s_paths = new()
    {
        ["overview"] = "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
        ["more"] = "M2.75 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0zM7.5 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0zM12.25 8a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0z",
        ["pulse"] = "M1.5 8h3l2-5 3 10 2-5h3",
        ["chat"] = "M2.5 3.5h11v7.5H7l-3 2.5V11H2.5z",
        ["user"] = "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.75 13.5c.6-2.6 2.7-3.75 5.25-3.75s4.65 1.15 5.25 3.75",
        ["folder"] = "M1.75 4.25v8h12.5v-6.5H8L6.5 3.75H1.75z",
        ["coin"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM9.9 6.2C9.6 5.5 8.9 5.2 8 5.2c-1.1 0-1.9.5-1.9"
            + " 1.35C6.1 8.4 10 7.5 10 9.5c0 .9-.9 1.4-2 1.4-1 0-1.8-.4-2.1-1.1M8 4.2v7.6",
        ["wrench"] = "M9.5 6.5 3 13l-1-1 6.5-6.5a3 3 0 0 1 3.9-3.6L10.3 4 12 5.7l2.1-2.1a3 3 0 0 1-3.6 3.9z",
        ["bell"] = "M4 7a4 4 0 0 1 8 0c0 3.5 1.5 4.5 1.5 4.5h-11S4 10.5 4 7zM6.5 13.5a1.6 1.6 0 0 0 3 0",
        ["flag"] = "M3.5 14V2.5h8.5L10 5.5l2 3H3.5",
        ["search"] = "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14",
        ["menu"] = "M2 4h12M2 8h12M2 12h12",
        ["x"] = "M3.5 3.5l9 9M12.5 3.5l-9 9",
        ["check"] = "M3 8.5l3.2 3L13 4.5",
        ["down"] = "M4.5 6.5 8 10l3.5-3.5",
        ["right"] = "M6.5 4.5 10 8l-3.5 3.5",
        ["back"] = "M9.5 4.5 6 8l3.5 3.5",
        ["arrow-up"] = "M8 13V3.5M4 7l4-4 4 4",
        ["arrow-down"] = "M8 3v9.5M4 9l4 4 4-4",
        ["calendar"] = "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3",
        ["compare"] = "M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13",
        ["globe"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c2 2 2.5 4 2.5 6S10 12 8 14M8 2C6 4 5.5 6 5.5 8S6 12 8 14",
        ["filter"] = "M2 4h12M4.5 8h7M6.5 12h3",
        ["pause"] = "M5.5 3.5v9M10.5 3.5v9",
        ["play"] = "M5 3.2v9.6L12.5 8z",
        ["link"] = "M6.5 9.5l3-3M7 4.5l1.5-1.5a3 3 0 0 1 4.25 4.25L11.25 8.75M9 11.5 7.5 13a3 3 0 0 1-4.25-4.25L4.75 7.25",
        ["download"] = "M8 2.5v8M4.75 7.5 8 10.75 11.25 7.5M2.5 13.5h11",
        ["table"] = "M2 3h12v10H2zM2 6.5h12M2 10h12M6.5 3v10",
        ["chart"] = "M2.5 13.5h11M4.5 11V7.5M8 11V3.5M11.5 11V6",
        ["warning"] = "M8 2 1.75 13.25h12.5zM8 6.5v3M8 11.4v.1",
        ["info"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.3V11M8 5v.1",
        ["error"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8v4M8 11v.1",
        ["clock"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.5V8l2.5 1.5",
        ["copy"] = "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3",
        ["moon"] = "M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z",
        ["sun"] = "M8 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM8 1.5v1.25M8 13.25v1.25M1.5"
            + " 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9",
        ["screen"] = "M2 3h12v8H2zM5.5 13.5h5M8 11v2.5",
        ["exit"] = "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6",
        ["fold"] = "M2.5 3h11v10h-11zM6 3v10M10.8 6.2 9 8l1.8 1.8",
        ["unfold"] = "M2.5 3h11v10h-11zM6 3v10M9 6.2 10.8 8 9 9.8",
        ["terminal"] = "M2 3h12v10H2zM4.5 6l2 2-2 2M8 10.5h3",
        ["file"] = "M4 1.75h5.5L12.5 5v9.25H4zM9.25 2v3.25h3",
        ["pencil"] = "M3 13l.6-2.6L11 3l2 2-7.4 7.4zM9.5 4.5l2 2",
        ["branch"] = "M4.5 10.5v-5M4.5 5.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM4.5 14a1.75 1.75 0 1 0"
            + " 0-3.5 1.75 1.75 0 0 0 0 3.5zM11.5 6.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM11.5 6.5c0 2.5-3 3-7 4",
        ["columns"] = "M2 3h12v10H2zM6 3v10M10 3v10",
        ["agent"] = "M3 6h10v7H3zM8 6V3M6 9.2v.6M10 9.2v.6M1.5 8.5v2M14.5 8.5v2",
        ["list"] = "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1",
        ["plug"] = "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2a4.5 4.5 0 0 1-9 0zM8 12v2",
        ["database"] = "M13 4.2c0 1.2-2.2 2.2-5 2.2s-5-1-5-2.2S5.2 2 8 2s5 1 5 2.2zM3 4.2v7.6C3 13 5.2 14 8"
            + " 14s5-1 5-2.2V4.2M3 8c0 1.2 2.2 2.2 5 2.2S13 9.2 13 8",
        ["inbox"] = "M2 9.5 4 3h8l2 6.5V13H2zM2 9.5h3.5l1 1.5h3l1-1.5H14",
        ["mail"] = "M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5",
        ["key"] = "M10.5 9.5a3.5 3.5 0 1 0-3.3-2.3L2 12.4V14h2.5v-1.5H6V11h1.3l1.2-1.2c.6-.2 1.3-.3 2-.3zM11.2 5.2v.1",
        ["merge"] = "M3 3h2.5L8 8l2.5 5H13M3 13h2.5L8 8M11 11l2 2-2 2M8 8l2.5-5H13M11 1l2 2-2 2",
        ["hook"] = "M10.5 2v6.5a3.75 3.75 0 0 1-7.5 0V7L5 9M9 3.5 10.5 2 12 3.5",
        ["upload"] = "M8 10.5v-8M4.75 5.5 8 2.25 11.25 5.5M2.5 13.5h11",
        ["lock"] = "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
        ["trend"] = "M1.5 11.5 6 7l3 3 5.5-6M10.5 4h4v4",
        ["swap"] = "M2.5 2.5h11v11h-11zM8 2.5v11M4.5 6.5h2M9.5 9.5h2",
        ["compass"] = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM10.6 5.4 9 9 5.4 10.6 7 7z",
        ["eye"] = "M1.5 8S4 3.75 8 3.75 14.5 8 14.5 8 12 12.25 8 12.25 1.5 8 1.5 8zM8 9.75a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z",
        ["eye-off"] = "M1.5 8S4 3.75 8 3.75 14.5 8 14.5 8 12 12.25 8 12.25 1.5 8 1.5 8zM2.5 13.5l11-11",
        ["bookmark"] = "M4 2.5h8v11L8 10.5 4 13.5z",
        ["plus"] = "M8 3v10M3 8h10",
        ["gauge"] = "M2.5 12a5.75 5.75 0 1 1 11 0M8 11l3-4",
        ["trash"] = "M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.6 9h6.8l.6-9",
        ["user-plus"] = "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.75 13.5c.6-2.6 2.7-3.75 5.25-3.75",
        ["retry"] = "M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5",
    };

    /// <summary>Icon of a tool of Claude Code.</summary>
    public static string ForTool(string tool) => tool switch
    {
        "Bash" or "BashOutput" or "KillShell" or "KillBash" => "terminal",
        "Read" or "NotebookRead" => "file",
        "Edit" or "MultiEdit" or "Write" or "NotebookEdit" => "pencil",
        "Grep" or "Glob" or "LS" or "ToolSearch" => "search",
        "Agent" or "Task" => "agent",
        "WebFetch" or "WebSearch" => "globe",
        _ when tool.StartsWith("Todo", StringComparison.Ordinal) || tool.StartsWith("Task", StringComparison.Ordinal) => "list",
        _ when tool.StartsWith("mcp__", StringComparison.Ordinal) => "plug",
        _ => "wrench",
    };

    /// <param name="name">One of the list; any other draws nothing.</param>
    /// <param name="style">Classes of the style sheet, of the program and not of a reader.</param>
    public static MarkupString Of(string name, string? style = null) => s_made.GetOrAdd((name, style), static key => new MarkupString(key.Name == "logo"
        ? Logo
        : $"""<svg class="i {key.Class}" viewBox="0 0 16 16" aria-hidden="true"><path d="{s_paths.GetValueOrDefault(key.Name, "")}" /></svg>"""));
}
