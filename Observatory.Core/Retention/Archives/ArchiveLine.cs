using System.Text.Json;
using System.Text.Json.Serialization;

namespace Observatory.Core.Retention.Archives;

/// <summary>
/// One line of an archive: the head, a name or session that later lines speak of by number, a text, or a row as the database had it. What is not known is
/// passed over, so that later versions may add to it.
/// </summary>
/// <param name="Kind">One of <see cref="ArchiveKinds"/>.</param>
/// <param name="Id">Of a name, session or text: its number in the database that wrote it.</param>
/// <param name="Of">Of a name: <see cref="Storage.Entities.NameKind"/>.</param>
/// <param name="At">Of a text: time of the row that it belongs to, Unix ms.</param>
/// <param name="Text">Of a name, session or text.</param>
/// <param name="Row">Of a row: all of its columns.</param>
/// <param name="Head">Of the head.</param>
internal sealed record ArchiveLine(
    string Kind, int? Id = null, int? Of = null, long? At = null, string? Text = null, JsonElement? Row = null, ArchiveHead? Head = null)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, IgnoreReadOnlyProperties = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>For records, whose properties are read-only.</summary>
    public static JsonSerializerOptions OfLines { get; } = new(Json) { IgnoreReadOnlyProperties = false };

    public T ReadRow<T>() => Row is { } row && row.Deserialize<T>(Json) is { } read ? read : throw new InvalidDataException("A line has no row.");
}

/// <param name="Format">Form of the lines: 1.</param>
/// <param name="Schema">Form of the database.</param>
internal sealed record ArchiveHead(int Format, string Dataset, string Day, string Schema);

internal static class ArchiveKinds
{
    public const int Format = 1;

    public const string Head = "archive", Name = "name", Session = "session", Text = "text", Prompt = "prompt", Response = "response",
        ToolCall = "toolCall", ApiError = "apiError", Mark = "mark", Event = "event", Letter = "letter";

    /// <summary>Whether such a line counts as one of the archive's rows; others only go with them.</summary>
    public static bool IsRow(string dataset, string kind) => kind switch
    {
        Prompt or Response or ToolCall or ApiError or Mark or Event => dataset == RetentionDatasets.Raw,
        Text => dataset == RetentionDatasets.Texts,
        Letter => dataset == RetentionDatasets.DeadLetters,
        _ => false,
    };
}
