using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The columns of one kind of item in their order, and the way between them and entities.</summary>
/// <param name="view">Rows and blocks together.</param>
/// <param name="table">Table of its rows: the same where it has no blocks.</param>
/// <param name="own">Columns behind the common ones.</param>
/// <param name="later">Columns that the kind got later than the last of what all have.</param>
internal sealed class ItemColumns<T>(
    string view, string table, string[] own, Action<RowBuffer, T> write, Action<IRowSource, T> read, LaterColumns<T>? later = null)
    where T : ItemEntity, new()
{
    public string View { get; } = view;

    public string Table { get; } = table;

    /// <summary>At most 64: <see cref="RowBuffer"/> has a bit for each.</summary>
    public IReadOnlyList<string> Names { get; } = [.. ItemColumns.Common, .. own, "FolderId", .. later?.Names ?? []];

    /// <summary>Place of what all kinds have and got later than their own.</summary>
    private readonly int _folder = ItemColumns.Common.Length + own.Length;

    /// <summary>Fills the buffer with the row and nothing else.</summary>
    public void Write(RowBuffer buffer, T row)
    {
        buffer.Clear();
        buffer.Add(row.Id).Add(row.KeyHigh).Add(row.KeyLow).Add(row.ConversationId).Add(row.At).Add(row.UserId).Add(row.ProjectId)
            .Add(row.BranchId).Add(row.VersionId).Add(row.Sources).Add(row.AgentId).Add(row.RequestRef)
            .Add(row.Origin).Add(row.IsVoid);
        write(buffer, row);
        buffer.Add((long?)row.FolderId);
        later?.Write(buffer, row);
    }

    public T Read(IRowSource row)
    {
        var item = new T
        {
            Id = row.Int(ItemColumns.Id), KeyHigh = row.Long(1), KeyLow = row.Long(2), ConversationId = row.Int(ItemColumns.Conversation),
                At = row.Long(ItemColumns.At), UserId = row.Int(5),
            ProjectId = row.Int(6), BranchId = row.Int(7), VersionId = row.Int(8), Sources = row.Int(9), AgentId = row.Int(10), RequestRef = row.Long(11),
                Origin = row.Int(12), IsVoid = row.Bool(13),
        };
        read(row, item);
        item.FolderId = row.IntOrNull(_folder);
        later?.Read(row, _folder + 1, item);
        return item;
    }
}

/// <param name="Read">Told the place of the first of them.</param>
internal sealed record LaterColumns<T>(string[] Names, Action<RowBuffer, T> Write, Action<IRowSource, int, T> Read);

/// <summary>The kinds of items. Blocks hold columns by their place here: new ones go to the end.</summary>
internal static class ItemColumns
{
    /// <summary>Places of those that rows are looked for by.</summary>
    public const int Id = 0, Conversation = 3, At = 4;

    private const int Agent = 10, C = 14;

    /// <summary>The number, and what an index may hold.</summary>
    public static bool IsIndexed(int column) => column is Id or Conversation or At or Agent;

    public static string[] Common { get; } =
        ["Id", "KeyHigh", "KeyLow", "ConversationId", "At", "UserId", "ProjectId", "BranchId", "VersionId", "Sources", "AgentId", "RequestRef", "Origin",
            "IsVoid"];

    public static ItemColumns<PromptEntity> Prompts { get; } = new("prompts", "prompts",
        ["ResponseMs", "TurnMs", "Length", "HasCode", "TextId", "OwnUserId"],
        (s, x) => s.Add(x.ResponseMs).Add(x.TurnMs).Add(x.Length).Add(x.HasCode).Add((long?)x.TextId).Add(x.OwnUserId),
        (s, x) => (x.ResponseMs, x.TurnMs, x.Length, x.HasCode, x.TextId, x.OwnUserId) =
            (s.LongOrNull(C), s.LongOrNull(C + 1), s.Int(C + 2), s.Bool(C + 3), s.IntOrNull(C + 4), s.Int(C + 5)));

    public static ItemColumns<ResponseEntity> Responses { get; } = new("responses", "response_rows",
        ["Request", "LastAt", "ModelId", "IsSidechain", "IsAuxiliary", "Input", "Output", "CacheWrite5m", "CacheWrite1h", "CacheRead", "Cost", "SpeedId",
            "TierId", "RegionId", "CacheWriteField", "CacheWriteSplit5m", "UncachedCost",
            "Kind", "CallId", "OwnInput", "OwnOutput", "OwnCacheWrite1h", "OwnCacheRead", "OwnModelId", "OwnSpeedId", "ClientCost", "DurationMs",
                "FirstTokenMs", "OwnUserId"],
        (s, x) => s.Add(x.Request).Add(x.LastAt).Add(x.ModelId).Add(x.IsSidechain).Add(x.IsAuxiliary).Add(x.Input).Add(x.Output)
            .Add(x.CacheWrite5m).Add(x.CacheWrite1h).Add(x.CacheRead).Add(x.Cost).Add(x.SpeedId).Add(x.TierId).Add(x.RegionId)
            .Add(x.CacheWriteField).Add(x.CacheWriteSplit5m).Add(x.UncachedCost).Add(x.Kind).Add(x.CallId).Add(x.OwnInput).Add(x.OwnOutput)
            .Add(x.OwnCacheWrite1h).Add(x.OwnCacheRead).Add(x.OwnModelId).Add(x.OwnSpeedId).Add(x.ClientCost).Add(x.DurationMs).Add(x.FirstTokenMs)
                .Add(x.OwnUserId),
        (s, x) =>
        {
            (x.Request, x.LastAt, x.ModelId, x.IsSidechain, x.IsAuxiliary) = (s.Long(C), s.Long(C + 1), s.Int(C + 2), s.Bool(C + 3), s.Bool(C + 4));
            (x.Input, x.Output, x.CacheWrite5m, x.CacheWrite1h, x.CacheRead) = (s.Long(C + 5), s.Long(C + 6), s.Long(C + 7), s.Long(C + 8), s.Long(C + 9));
            (x.Cost, x.SpeedId, x.TierId, x.RegionId) = (s.LongOrNull(C + 10), s.Int(C + 11), s.Int(C + 12), s.Int(C + 13));
            (x.CacheWriteField, x.CacheWriteSplit5m, x.UncachedCost) = (s.Long(C + 14), s.Long(C + 15), s.Long(C + 16));
            (x.Kind, x.CallId, x.OwnInput, x.OwnOutput, x.OwnCacheWrite1h) = (s.Int(C + 17), s.Int(C + 18), s.Long(C + 19), s.Long(C + 20), s.Long(C + 21));
            (x.OwnCacheRead, x.OwnModelId, x.OwnSpeedId) = (s.Long(C + 22), s.Int(C + 23), s.Int(C + 24));
            (x.ClientCost, x.DurationMs, x.FirstTokenMs, x.OwnUserId) = (s.LongOrNull(C + 25), s.LongOrNull(C + 26), s.LongOrNull(C + 27), s.Int(C + 28));
        });

    public static ItemColumns<ToolCallEntity> ToolCalls { get; } = new("tool_calls", "tool_call_rows",
        ["IsCalled", "ToolId", "ModelId", "ResultAt", "LastResultAt", "IsError", "ResultSize", "Searches", "Cost", "StartedAgentId", "TargetId", "OutputId",
            "MeasuredMs", "OwnUserId"],
        (s, x) => s.Add(x.IsCalled).Add(x.ToolId).Add(x.ModelId).Add(x.ResultAt).Add(x.LastResultAt).Add(x.IsError).Add(x.ResultSize)
            .Add(x.Searches).Add(x.Cost).Add(x.StartedAgentId).Add((long?)x.TargetId).Add((long?)x.OutputId).Add(x.MeasuredMs).Add(x.OwnUserId),
        (s, x) =>
        {
            (x.IsCalled, x.ToolId, x.ModelId, x.ResultAt, x.LastResultAt) = (s.Bool(C), s.Int(C + 1), s.Int(C + 2), s.LongOrNull(C + 3), s.LongOrNull(C + 4));
            (x.IsError, x.ResultSize, x.Searches, x.Cost, x.StartedAgentId) = (s.Bool(C + 5), s.Int(C + 6), s.Int(C + 7), s.Long(C + 8), s.Int(C + 9));
            (x.TargetId, x.OutputId, x.MeasuredMs, x.OwnUserId) = (s.IntOrNull(C + 10), s.IntOrNull(C + 11), s.LongOrNull(C + 12), s.Int(C + 13));
        });

    public static ItemColumns<ApiErrorEntity> ApiErrors { get; } = new("api_errors", "api_errors",
        ["Status", "IsFinal", "TextId", "Attempts", "OwnUserId"],
        (s, x) => s.Add(x.Status).Add(x.IsFinal).Add((long?)x.TextId).Add(x.Attempts).Add(x.OwnUserId),
        (s, x) => (x.Status, x.IsFinal, x.TextId, x.Attempts, x.OwnUserId) = (s.Int(C), s.Bool(C + 1), s.IntOrNull(C + 2), s.Int(C + 3), s.Int(C + 4)));

    public static ItemColumns<EventEntity> Events { get; } = new("events", "event_rows",
        ["TypeId", "Data", "OwnUserId"],
        (s, x) => s.Add(x.TypeId).Add(x.Data).Add(x.OwnUserId),
        (s, x) => (x.TypeId, x.Data, x.OwnUserId) = (s.Int(C), s.Text(C + 1), s.Int(C + 2)),
        new LaterColumns<EventEntity>(
            ["SpanKind", "SpanGroup", "SpanMs", "CountedMs", "FirstTokenMs", "ModelId", "ToolId"],
            (s, x) => s.Add(x.SpanKind).Add(x.SpanGroup).Add(x.SpanMs).Add(x.CountedMs).Add(x.FirstTokenMs).Add(x.ModelId).Add(x.ToolId),
            (s, first, x) =>
            {
                (x.SpanKind, x.SpanGroup, x.SpanMs, x.CountedMs) = (s.Int(first), s.Long(first + 1), s.LongOrNull(first + 2), s.LongOrNull(first + 3));
                (x.FirstTokenMs, x.ModelId, x.ToolId) = (s.LongOrNull(first + 4), s.Int(first + 5), s.Int(first + 6));
            }));

    public static ItemColumns<MarkEntity> Marks { get; } = new("marks", "marks",
        ["Kind", "Before", "After", "OwnUserId"],
        (s, x) => s.Add(x.Kind).Add(x.Before).Add(x.After).Add(x.OwnUserId),
        (s, x) => (x.Kind, x.Before, x.After, x.OwnUserId) = (s.Int(C), s.Long(C + 1), s.Long(C + 2), s.Int(C + 3)));
}
