using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Sqlite;

/// <summary>The columns of one kind of item in their order, and the way between them and entities.</summary>
/// <param name="table">Table of its rows.</param>
/// <param name="own">Columns behind the common ones.</param>
internal sealed class ItemColumns<T>(string table, string[] own, Action<IRowSink, T> bind, Action<IRowSource, T> read) where T : ItemEntity, new()
{
    public string Table { get; } = table;

    public IReadOnlyList<string> Names { get; } = [.. ItemColumns.Common, .. own];

    public void Write(IRowSink sink, T row)
    {
        sink.Bind(row.Id).Bind(row.KeyHigh).Bind(row.KeyLow).Bind(row.ConversationId).Bind(row.At).Bind(row.UserId).Bind(row.ProjectId)
            .Bind(row.BranchId).Bind(row.VersionId).Bind(row.Sources).Bind(row.AgentId).Bind(row.RequestRef)
            .Bind(row.Origin).Bind(row.IsVoid);
        bind(sink, row);
    }

    public T Read(IRowSource row)
    {
        var item = new T
        {
            Id = row.Int(ItemColumns.Id), KeyHigh = row.Long(1), KeyLow = row.Long(2), ConversationId = row.Int(ItemColumns.Conversation), At = row.Long(ItemColumns.At), UserId = row.Int(5),
            ProjectId = row.Int(6), BranchId = row.Int(7), VersionId = row.Int(8), Sources = row.Int(9), AgentId = row.Int(10), RequestRef = row.Long(11), Origin = row.Int(12), IsVoid = row.Bool(13),
        };
        read(row, item);
        return item;
    }
}

/// <summary>The kinds of items. Blocks hold columns by their place here: new ones go to the end.</summary>
internal static class ItemColumns
{
    /// <summary>Places of those that rows are looked for by.</summary>
    public const int Id = 0, Conversation = 3, At = 4;

    private const int C = 14;

    public static string[] Common { get; } =
        ["Id", "KeyHigh", "KeyLow", "ConversationId", "At", "UserId", "ProjectId", "BranchId", "VersionId", "Sources", "AgentId", "RequestRef", "Origin", "IsVoid"];

    public static ItemColumns<PromptEntity> Prompts { get; } = new("prompts",
        ["ResponseMs", "TurnMs", "Length", "HasCode", "TextId"],
        (s, x) => s.Bind(x.ResponseMs).Bind(x.TurnMs).Bind(x.Length).Bind(x.HasCode).Bind((long?)x.TextId),
        (s, x) => (x.ResponseMs, x.TurnMs, x.Length, x.HasCode, x.TextId) = (s.LongOrNull(C), s.LongOrNull(C + 1), s.Int(C + 2), s.Bool(C + 3), s.IntOrNull(C + 4)));

    public static ItemColumns<ResponseEntity> Responses { get; } = new("response_rows",
        ["Request", "LastAt", "ModelId", "IsSidechain", "IsAuxiliary", "Input", "Output", "CacheWrite5m", "CacheWrite1h", "CacheRead", "Cost", "SpeedId", "TierId", "RegionId", "CacheWriteField", "CacheWriteSplit5m", "UncachedCost",
            "Kind", "CallId", "OwnInput", "OwnOutput", "OwnCacheWrite1h", "OwnCacheRead", "OwnModelId", "OwnSpeedId", "ClientCost", "DurationMs", "FirstTokenMs"],
        (s, x) => s.Bind(x.Request).Bind(x.LastAt).Bind(x.ModelId).Bind(x.IsSidechain).Bind(x.IsAuxiliary).Bind(x.Input).Bind(x.Output)
            .Bind(x.CacheWrite5m).Bind(x.CacheWrite1h).Bind(x.CacheRead).Bind(x.Cost).Bind(x.SpeedId).Bind(x.TierId).Bind(x.RegionId)
            .Bind(x.CacheWriteField).Bind(x.CacheWriteSplit5m).Bind(x.UncachedCost).Bind(x.Kind).Bind(x.CallId).Bind(x.OwnInput).Bind(x.OwnOutput)
            .Bind(x.OwnCacheWrite1h).Bind(x.OwnCacheRead).Bind(x.OwnModelId).Bind(x.OwnSpeedId).Bind(x.ClientCost).Bind(x.DurationMs).Bind(x.FirstTokenMs),
        (s, x) =>
        {
            (x.Request, x.LastAt, x.ModelId, x.IsSidechain, x.IsAuxiliary) = (s.Long(C), s.Long(C + 1), s.Int(C + 2), s.Bool(C + 3), s.Bool(C + 4));
            (x.Input, x.Output, x.CacheWrite5m, x.CacheWrite1h, x.CacheRead) = (s.Long(C + 5), s.Long(C + 6), s.Long(C + 7), s.Long(C + 8), s.Long(C + 9));
            (x.Cost, x.SpeedId, x.TierId, x.RegionId) = (s.LongOrNull(C + 10), s.Int(C + 11), s.Int(C + 12), s.Int(C + 13));
            (x.CacheWriteField, x.CacheWriteSplit5m, x.UncachedCost) = (s.Long(C + 14), s.Long(C + 15), s.Long(C + 16));
            (x.Kind, x.CallId, x.OwnInput, x.OwnOutput, x.OwnCacheWrite1h) = (s.Int(C + 17), s.Int(C + 18), s.Long(C + 19), s.Long(C + 20), s.Long(C + 21));
            (x.OwnCacheRead, x.OwnModelId, x.OwnSpeedId) = (s.Long(C + 22), s.Int(C + 23), s.Int(C + 24));
            (x.ClientCost, x.DurationMs, x.FirstTokenMs) = (s.LongOrNull(C + 25), s.LongOrNull(C + 26), s.LongOrNull(C + 27));
        });

    public static ItemColumns<ToolCallEntity> ToolCalls { get; } = new("tool_call_rows",
        ["IsCalled", "ToolId", "ModelId", "ResultAt", "LastResultAt", "IsError", "ResultSize", "Searches", "Cost", "StartedAgentId", "TargetId", "OutputId", "MeasuredMs"],
        (s, x) => s.Bind(x.IsCalled).Bind(x.ToolId).Bind(x.ModelId).Bind(x.ResultAt).Bind(x.LastResultAt).Bind(x.IsError).Bind(x.ResultSize)
            .Bind(x.Searches).Bind(x.Cost).Bind(x.StartedAgentId).Bind((long?)x.TargetId).Bind((long?)x.OutputId).Bind(x.MeasuredMs),
        (s, x) =>
        {
            (x.IsCalled, x.ToolId, x.ModelId, x.ResultAt, x.LastResultAt) = (s.Bool(C), s.Int(C + 1), s.Int(C + 2), s.LongOrNull(C + 3), s.LongOrNull(C + 4));
            (x.IsError, x.ResultSize, x.Searches, x.Cost, x.StartedAgentId) = (s.Bool(C + 5), s.Int(C + 6), s.Int(C + 7), s.Long(C + 8), s.Int(C + 9));
            (x.TargetId, x.OutputId, x.MeasuredMs) = (s.IntOrNull(C + 10), s.IntOrNull(C + 11), s.LongOrNull(C + 12));
        });

    public static ItemColumns<ApiErrorEntity> ApiErrors { get; } = new("api_errors",
        ["Status", "IsFinal", "TextId", "Attempts"],
        (s, x) => s.Bind(x.Status).Bind(x.IsFinal).Bind((long?)x.TextId).Bind(x.Attempts),
        (s, x) => (x.Status, x.IsFinal, x.TextId, x.Attempts) = (s.Int(C), s.Bool(C + 1), s.IntOrNull(C + 2), s.Int(C + 3)));

    public static ItemColumns<EventEntity> Events { get; } = new("event_rows",
        ["TypeId", "Data"],
        (s, x) => s.Bind(x.TypeId).Bind(x.Data),
        (s, x) => (x.TypeId, x.Data) = (s.Int(C), s.Text(C + 1)));

    public static ItemColumns<MarkEntity> Marks { get; } = new("marks",
        ["Kind", "Before", "After"],
        (s, x) => s.Bind(x.Kind).Bind(x.Before).Bind(x.After),
        (s, x) => (x.Kind, x.Before, x.After) = (s.Int(C), s.Long(C + 1), s.Long(C + 2)));
}
