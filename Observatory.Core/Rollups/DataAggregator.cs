using System.Runtime.InteropServices;
using Observatory.Core.Statistics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Rollups;

/// <summary>Gathers the differences of one transaction in memory, so that each bucket is written once. Writer thread only.</summary>
internal sealed class DataAggregator : IRollup
{
    private readonly Dictionary<QuarterKey, Measures> _quarters = [];
    private readonly Dictionary<HourKey, Measures> _hours = [];
    private readonly Dictionary<ToolKey, ToolMeasures> _tools = [];
    private readonly Dictionary<(ToolKey Key, int Bin), long> _bins = [];
    private readonly HashSet<int> _days = [];
    private readonly CommitDeltaSum _deltas = new();

    public CommitDeltas Deltas { get; private set; } = CommitDeltas.None;

    public void Changed(PromptEntity? before, PromptEntity after)
    {
        if (before is not null) Apply(before, -1);
        Apply(after, 1);
    }

    public void Changed(ResponseEntity? before, ResponseEntity after)
    {
        if (before is not null) Add(before, before.ModelId, Contributions.Of(before), -1);
        Add(after, after.ModelId, Contributions.Of(after), 1);
    }

    public void Changed(ToolCallEntity? before, ToolCallEntity after)
    {
        if (before is not null) Apply(before, -1);
        Apply(after, 1);
    }

    public void Changed(ApiErrorEntity? before, ApiErrorEntity after)
    {
        if (before is not null) Add(before, 0, Contributions.Of(before), -1);
        Add(after, 0, Contributions.Of(after), 1);
    }

    public void Changed(EventEntity? before, EventEntity after)
    {
        if (before is not null) Apply(before, -1);
        Apply(after, 1);
    }

    public void Flush(IRollupTables tables)
    {
        foreach (var (key, delta) in _quarters)
        {
            var hour = new HourKey(Contributions.HourOf(key.Bucket), key.UserId, key.ProjectId, key.ModelId, key.Sources);
            CollectionsMarshal.GetValueRefOrAddDefault(_hours, hour, out _).Add(delta);
            if (!delta.IsZero)
            {
                tables.Add(key, delta);
                _deltas.Add(Contributions.DayOf(key.Bucket), key.UserId, key.ProjectId, key.ModelId, delta);
            }
            // Also where the sums stay: an instant that moved within its quarter of an hour is a change.
            _days.Add(Contributions.DayOf(key.Bucket));
        }
        foreach (var day in _days)
        {
            tables.Touch(day);
            _deltas.Touch(day);
        }
        foreach (var (key, delta) in _hours)
        {
            if (!delta.IsZero) tables.Add(key, delta);
        }
        foreach (var (key, delta) in _tools)
        {
            if (delta != default) tables.Add(key, delta);
        }
        foreach (var ((key, bin), delta) in _bins)
        {
            if (delta != 0) tables.Add(key, bin, delta);
        }
        Deltas = _deltas.Take();
        Discard();
    }

    public void Discard()
    {
        _quarters.Clear();
        _hours.Clear();
        _tools.Clear();
        _bins.Clear();
        _days.Clear();
        _deltas.Clear();
    }

    private void Apply(PromptEntity row, int sign)
    {
        if (row.IsVoid) return;
        Add(row, 0, Contributions.Of(row), sign);
        if (row.ResponseMs is { } ms) AddBin(KeyOf(row, 0, 0), ms, sign);
    }

    private void Apply(ToolCallEntity row, int sign)
    {
        if (!row.IsCalled || row.IsVoid) return;
        Add(row, row.ModelId, Contributions.Of(row), sign);
        var key = KeyOf(row, row.ToolId, row.ModelId);
        var duration = Contributions.Duration(row);
        var delta = new ToolMeasures(1, row.IsError ? 1 : 0, duration ?? 0, duration is null ? 0 : 1);
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_tools, key, out _);
        sum += sign > 0 ? delta : -delta;
        if (duration is { } ms) AddBin(key, ms, sign);
    }

    private void Apply(EventEntity row, int sign)
    {
        if (row.IsVoid) return;
        foreach (var time in Contributions.Times(row))
        {
            var key = KeyOf(row, time.Key, time.Model);
            var delta = new ToolMeasures(1, 0, time.Ms, 1);
            CollectionsMarshal.GetValueRefOrAddDefault(_tools, key, out _) += sign > 0 ? delta : -delta;
            AddBin(key, time.Ms, sign);
            _days.Add(Contributions.DayOf(key.Bucket));
        }
    }

    private void Add(ItemEntity row, int model, in Measures measures, int sign)
    {
        var quarter = new QuarterKey(Contributions.QuarterOf(row.At), row.ConversationId, row.UserId, row.ProjectId, model, row.Sources);
        CollectionsMarshal.GetValueRefOrAddDefault(_quarters, quarter, out _).Add(measures, sign);
    }

    private void AddBin(ToolKey key, long ms, int sign) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_bins, (key, QuantileSketch.BinOf(ms)), out _) += sign;

    private static ToolKey KeyOf(ItemEntity row, int tool, int model) =>
        new(Contributions.QuarterOf(row.At), tool, row.UserId, row.ProjectId, model, row.Sources);
}
