using System.Text.Json;

namespace Observatory.Core.Ingestion.Transcripts;

/// <summary>Picks from a tool's input the one string that says what it works on, for example <c>{"command":"npm test","timeout":1000}</c> → <c>npm
/// test</c>.</summary>
internal static class ToolTarget
{
    /// <summary>Reads the value of <c>input</c>; the reader stands on its name before and on its end after.</summary>
    public static Slice Find(ref Utf8JsonReader reader)
    {
        var best = Slice.None;
        var bestRank = int.MaxValue;
        if (!LineScanner.Opens(ref reader, JsonTokenType.StartObject)) return best;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var rank = Rank(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String && rank < bestRank) (best, bestRank) = (Slice.Of(ref reader), rank);
            reader.Skip();
        }
        return best;
    }

    private static int Rank(ref Utf8JsonReader name)
    {
        if (name.IsText("command"u8)) return 0;
        if (name.IsText("file_path"u8)) return 1;
        if (name.IsText("notebook_path"u8)) return 2;
        if (name.IsText("pattern"u8)) return 3;
        if (name.IsText("url"u8)) return 4;
        if (name.IsText("query"u8)) return 5;
        if (name.IsText("description"u8)) return 6;
        if (name.IsText("path"u8)) return 7;
        if (name.IsText("skill"u8)) return 8;
        if (name.IsText("prompt"u8)) return 9;
        return 100;
    }
}
