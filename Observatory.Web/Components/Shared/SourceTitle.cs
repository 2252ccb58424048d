namespace Observatory.Web.Components.Shared;

/// <summary>Sources as people call them.</summary>
public static class SourceTitle
{
    /// <summary>What can be connected, in the order of Get started.</summary>
    public static IReadOnlyList<string> All { get; } = ["transcript", "otlp", "hook", "api"];

    public static string Of(string source) => source switch
    {
        "transcript" => "Transcripts",
        "otlp" => "OpenTelemetry",
        "api" => "Events API",
        "hook" => "Hooks and status line",
        "demo" => "Demo data",
        _ => source,
    };

    public static string IconOf(string source) => source switch { "transcript" => "file", "otlp" => "pulse", "api" => "plug", "hook" => "hook", _ => "info" };
}
