using System.Text.Json;

namespace Observatory.Tests.Support;

/// <summary>What some source of the interactive sets cannot tell, by session, counted from the truth and from transcripts without the program.</summary>
internal static class InteractiveUntold
{
    /// <summary>Prompts that a hook blocked: they fire UserPromptSubmit and user_prompt like any other, and never reach the model.</summary>
    public static int Blocked(string session)
    {
        using var truth = Interactive.Truth();
        var prompts = truth.RootElement.GetProperty("prompts").EnumerateArray();
        return prompts.Count(p => p.GetProperty("kind").GetString() == "blocked_prompt" && p.GetProperty("session").GetString() == session);
    }

    /// <summary>Prompts that a timer put in: to hooks and telemetry they look typed.</summary>
    public static int Scheduled(string session) => Interactive.Count(session, "\"subtype\":\"scheduled_task_fire\"");

    /// <summary>Prompts that were absorbed in a running turn: clients 2.1.197 send no user_prompt event for them.</summary>
    public static int AbsorbedUnsaid(InteractiveSession session) =>
        session.Runs.Any(r => Interactive.VersionOf(r) == "2.1.197") ? Interactive.Count(session.Id, "\"type\":\"queued_command\"") : 0;

    /// <summary>Calls of tools that do not exist: neither telemetry nor hooks hear of them.</summary>
    public static int UnknownTools(string session) =>
        Tools(session, t => t.GetProperty("result_text").GetString()?.Contains("No such tool available", StringComparison.Ordinal) == true);

    /// <summary>Calls whose question was never answered: the process ended first, and nothing but the transcript's line was written.</summary>
    public static int Unanswered(string session) =>
        Tools(session, t => !t.GetProperty("result_seen_by_api").GetBoolean() && t.GetProperty("is_error").ValueKind == JsonValueKind.Null);

    private static int Tools(string session, Func<JsonElement, bool> isMeant)
    {
        using var truth = Interactive.Truth();
        return truth.RootElement.GetProperty("tool_calls").EnumerateArray().Count(t => t.GetProperty("session").GetString() == session && isMeant(t));
    }
}
