namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Where transcripts are looked for, for whoever only wants to know.</summary>
public static class TranscriptFolders
{
    /// <summary>As the environment of this process has it; empty where reading is switched off.</summary>
    public static IReadOnlyList<TranscriptRoot> Of(TranscriptOptions options) => TranscriptRoots.Resolve(options, Environment.GetEnvironmentVariable);
}
