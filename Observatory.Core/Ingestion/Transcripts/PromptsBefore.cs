using System.Text.Json;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Reads again which prompts lie before a place in a file, and what marks them: rarely, and of lines with prompts alone.</summary>
internal static class PromptsBefore
{
    public static LineInterpreter Read(TranscriptFile file, TranscriptBytes bytes, long end)
    {
        var interpreter = new LineInterpreter(file);
        var fields = new LineFields();
        using var feed = new LineFeed(bytes, 0);
        while (feed.Offset < end && feed.TryRead(out var line))
        {
            var mayHold = line.IndexOf("\"user\""u8) >= 0 && line.IndexOf("\"tool_result\""u8) < 0 || line.IndexOf("\"queued_command\""u8) >= 0;
            if (!mayHold) continue;
            try
            {
                LineScanner.Scan(line, fields);
                interpreter.Interpret(line, fields, new EventBatch { Source = EventSource.Transcript });
            }
            catch (JsonException)
            {
                // It was set aside when it was read.
            }
        }
        return interpreter;
    }
}
