using Observatory.Core.Metrics;
using Observatory.Core.Presentation;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Conversation;

/// <summary>The words of steps and turns.</summary>
internal static class StepText
{
    public static string Name(Step step)
    {
        if (step.Kind == StepKind.Answer) return "Answer";
        return step.Kind == StepKind.Tool && ToolName.Of(step.Name) is { Server: { } server } tool ? $"{server} / {tool.Name}" : step.Name;
    }

    public static string IconOf(Step step) => step.Kind switch
    {
        StepKind.Answer => "chat",
        StepKind.Agent => "agent",
        StepKind.Error => "warning",
        StepKind.Mark => "info",
        _ => Glyph.ForTool(step.Name),
    };

    /// <summary>What it works on, on one line; files as the project sees them.</summary>
    public static string? Target(Step step, string? project)
    {
        if (step.Kind == StepKind.Answer) return step.Model;
        if (step.Kind == StepKind.Agent && step.AgentType is { } type) return step.Target is null ? type : $"{type}: {OneLine(step.Target)}";
        return step.Target is null ? null : OneLine(Short(step.Target, project));
    }

    public static string Prompt(Turn turn) =>
        turn.Number == 0 ? "Before the first prompt" : turn.Prompt is { } prompt && OneLine(prompt) is { Length: > 0 } line ? line : $"Turn {turn.Number}";

    /// <summary>What the target of a tool is.</summary>
    public static string TargetTitle(Step step) => step.Name switch
    {
        _ when step.Kind == StepKind.Agent => "Task",
        "Bash" => "Command",
        "Read" or "Edit" or "MultiEdit" or "Write" or "NotebookEdit" or "NotebookRead" => "File",
        "Grep" or "Glob" => "Pattern",
        "WebFetch" => "Address",
        "WebSearch" or "ToolSearch" => "Query",
        _ => "Input",
    };

    public static string BarClass(Step step) =>
        step.Kind == StepKind.Agent ? step.Failed ? "agent failed" : "agent" : step.Failed ? "failed"
            : step.Kind switch { StepKind.Answer => "answer", StepKind.Mark => "mark", _ => "tool" };

    /// <summary>"3 answers, 9 tool calls, 1 failed".</summary>
    public static string Inside(IReadOnlyList<Step> steps, Formats format)
    {
        var answers = steps.Count(s => s.Kind == StepKind.Answer);
        var tools = steps.Count(s => s.Kind == StepKind.Tool);
        var agents = steps.Count(s => s.Kind == StepKind.Agent);
        var failed = steps.Count(s => s.Failed);
        List<string> parts = [];
        if (answers > 0) parts.Add(format.Plural(answers, "answer"));
        if (tools > 0) parts.Add(format.Plural(tools, "tool call"));
        if (agents > 0) parts.Add(format.Plural(agents, "sub-agent"));
        if (failed > 0) parts.Add($"{format.Number(failed)} failed");
        return string.Join(", ", parts);
    }

    public static double? Seconds(Step step) => step.End is { } end ? (end - step.Start).TotalSeconds : null;

    private static string Short(string target, string? project) =>
        project is { Length: > 1 } && target.StartsWith(project, StringComparison.Ordinal) && target.Length > project.Length + 1
            && (target[project.Length] is '/' or '\\')
            ? target[(project.Length + 1)..] : target;

    private static string OneLine(string text)
    {
        // Far more than a row has room for, and no half of a surrogate pair at the end.
        var start = text.AsSpan(0, Math.Min(text.Length, 400)).TrimEnd();
        if (start.Length > 0 && char.IsHighSurrogate(start[^1])) start = start[..^1];
        return string.Join(' ', start.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
