using Observatory.Core.Events;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Retention.Archives;

/// <summary>A row of an archive as it is put back: what lists of rows show of it, with the numbers that names have today.</summary>
internal static class RestoredRow
{
    /// <summary>Null = the line is no row.</summary>
    public static ItemEntity? Read(ArchiveLine line) => line.Kind switch
    {
        ArchiveKinds.Prompt => line.ReadRow<PromptEntity>(),
        ArchiveKinds.Response => line.ReadRow<ResponseEntity>(),
        ArchiveKinds.ToolCall => line.ReadRow<ToolCallEntity>(),
        ArchiveKinds.ApiError => line.ReadRow<ApiErrorEntity>(),
        ArchiveKinds.Mark => line.ReadRow<MarkEntity>(),
        ArchiveKinds.Event => line.ReadRow<EventEntity>(),
        _ => null,
    };

    /// <param name="row">As it was written.</param>
    /// <param name="conversation">Number of its conversation today.</param>
    /// <param name="name">From a number of the archive to today's.</param>
    /// <param name="keepUntil">Unix ms.</param>
    public static RestoredRowEntity Of(ItemEntity row, int conversation, Func<int, int> name, long keepUntil)
    {
        var restored = new RestoredRowEntity
        {
            Store = StoreOf(row), KeyHigh = row.KeyHigh, KeyLow = row.KeyLow, RowId = row.Id, At = row.At, ConversationId = conversation,
            UserId = name(row.UserId), ProjectId = name(row.ProjectId), Sources = row.Sources, IsVoid = row.IsVoid, KeepUntil = keepUntil,
        };
        switch (row)
        {
            case PromptEntity prompt:
                (restored.IsMessage, restored.TextId) = (true, prompt.TextId);
                break;
            case ResponseEntity call:
                (restored.ModelId, restored.IsMessage) = (name(call.ModelId), !call.IsAuxiliary);
                restored.IsCall = (CallKind)call.Kind is not (CallKind.Message or CallKind.Metric or CallKind.Total);
                (restored.Input, restored.Output, restored.CacheRead, restored.Cost) = (call.Input, call.Output, call.CacheRead, call.Cost);
                (restored.CacheWrite, restored.CacheWrite1h) = (call.CacheWrite5m + call.CacheWrite1h, call.CacheWrite1h);
                (restored.SpeedId, restored.TierId, restored.RegionId) = (name(call.SpeedId), name(call.TierId), name(call.RegionId));
                break;
            case ToolCallEntity tool:
                (restored.ModelId, restored.IsCall, restored.Cost) = (name(tool.ModelId), tool.IsCalled && tool.Cost != 0, tool.Cost);
                break;
            case EventEntity other:
                (restored.TypeId, restored.Data) = (name(other.TypeId), other.Data);
                break;
        }
        return restored;
    }

    private static int StoreOf(ItemEntity row) => row switch
    {
        PromptEntity => RestoredKinds.Prompt,
        ResponseEntity => RestoredKinds.Response,
        ToolCallEntity => RestoredKinds.ToolCall,
        ApiErrorEntity => RestoredKinds.ApiError,
        MarkEntity => RestoredKinds.Mark,
        _ => RestoredKinds.Event,
    };
}
