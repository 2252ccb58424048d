using System.Text.Json;
using System.Text.Json.Nodes;

namespace Observatory.Core.Alerts;

/// <summary>
/// What a client is answered that goes on although a budget is used up. It is told from memory, as of the last look: no hook waits for a figure, and where
/// nothing is known nothing is said.
/// </summary>
public sealed class BudgetAnswers(AlertBoard board, ObservatoryOptions options)
{
    /// <summary>From here on a person is told.</summary>
    private const double Warned = 90, Full = 100;

    private const string Prompt = "UserPromptSubmit", Tool = "PreToolUse";

    public bool IsOn => options.Alerts.HookAnswers != HookAnswer.False;

    /// <summary>JSON of the answer, null = nothing is to be said.</summary>
    /// <param name="hook">As the client sent it.</param>
    /// <param name="user">Whose it is, null = not said.</param>
    public string? Answer(ReadOnlyMemory<byte> hook, string? user)
    {
        if (!IsOn) return null;
        try
        {
            using var json = JsonDocument.Parse(hook);
            return Answer(json.RootElement, user);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string? Answer(JsonElement root, string? user)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "hook_event_name") is not { } name || name is not (Prompt or Tool)) return null;
        var folder = Text(root, "cwd");
        var fullest = board.Budgets.Where(b => Concerns(b, user, folder) && b.Percent >= Warned).MaxBy(b => b.Percent);
        return fullest is null ? null : Say(name, fullest, options.Alerts.HookAnswers)?.ToJsonString();
    }

    private static JsonObject? Say(string hook, BudgetStatus budget, HookAnswer mode)
    {
        var text = $"Budget “{budget.Name}”: {budget.Sentence}";
        if (mode == HookAnswer.Block && budget.Percent >= Full)
            return hook == Prompt ? new JsonObject { ["decision"] = "block", ["reason"] = text } : null;
        if (mode == HookAnswer.Ask && budget.Percent >= Full && hook == Tool)
        {
            return new JsonObject
            {
                ["hookSpecificOutput"] = new JsonObject
                {
                    ["hookEventName"] = Tool, ["permissionDecision"] = "ask", ["permissionDecisionReason"] = text,
                },
            };
        }
        return hook == Prompt ? new JsonObject { ["systemMessage"] = text } : null;
    }

    /// <summary>A budget of users or projects is one of theirs; a budget of models concerns nobody by himself.</summary>
    private static bool Concerns(BudgetStatus budget, string? user, string? folder)
    {
        var filter = budget.Rule.Filters;
        if (filter.Models.Count > 0) return false;
        return (filter.Users.Count == 0 || user is not null && filter.Users.Contains(user))
            && (filter.Projects.Count == 0 || folder is not null && filter.Projects.Any(p => IsIn(folder, p)));
    }

    private static bool IsIn(string folder, string project) =>
        folder == project || folder.StartsWith(project.TrimEnd('/', '\\') + "/", StringComparison.Ordinal)
        || folder.StartsWith(project.TrimEnd('/', '\\') + "\\", StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
