using System.Globalization;
using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Conversation;

/// <summary>
/// What of a conversation is open, and the lines that follow from it. Only open parts become lines; long runs fold in the middle, so
/// that a turn of thousands of steps opens at once.
/// </summary>
public sealed class TreeRows
{
    /// <summary>Longer runs of one level fold.</summary>
    private const int Longest = 16;
    private const int Head = 10;
    private const int Tail = 1;
    private const int GroupSize = 100;

    private readonly HashSet<string> _open = [];
    private readonly HashSet<string> _closed = [];

    public static string KeyOf(Turn turn) => string.Create(CultureInfo.InvariantCulture, $"#{turn.Number}");

    public void Toggle(string key, bool failedOnly)
    {
        // Among failed steps everything is open unless it was closed; otherwise the other way round.
        var set = failedOnly ? _closed : _open;
        if (!set.Remove(key)) set.Add(key);
    }

    public void Open(Turn turn)
    {
        _open.Add(KeyOf(turn));
        _closed.Remove(KeyOf(turn));
    }

    /// <summary>Opens everything around a step.</summary>
    public void Reveal(StepPlace place)
    {
        Open(place.Turn);
        var (siblings, parent) = (place.Turn.Steps, KeyOf(place.Turn));
        foreach (var step in place.Parents.Append(place.Step))
        {
            var index = IndexOf(siblings, step);
            foreach (var (start, count) in Folds(siblings.Count))
            {
                if (index >= start && index < start + count) _open.Add(GroupKey(parent, start));
            }
            if (ReferenceEquals(step, place.Step)) break;
            _open.Add(step.Id);
            _closed.Remove(step.Id);
            (siblings, parent) = (step.Children, step.Id);
        }
    }

    public List<TreeRow> Of(ConversationTimeline timeline, bool failedOnly)
    {
        var rows = new List<TreeRow>(timeline.Turns.Count);
        foreach (var turn in timeline.Turns)
        {
            if (failedOnly && !AnyFailed(turn.Steps)) continue;
            var key = KeyOf(turn);
            var open = IsOpen(key, failedOnly);
            rows.Add(new TreeRow(TreeRowKind.Turn, key, 1, turn, turn.Steps.Count == 0 ? null : open));
            if (!open || turn.Steps.Count == 0) continue;
            rows.Add(new TreeRow(TreeRowKind.Axis, $"{key}:axis", 2, turn, null));
            if (failedOnly) AddFailed(rows, turn, turn.Steps, 2);
            else Add(rows, turn, turn.Steps, key, 2);
        }
        return rows;
    }

    private bool IsOpen(string key, bool failedOnly) => failedOnly ? !_closed.Contains(key) : _open.Contains(key);

    private void Add(List<TreeRow> rows, Turn turn, IReadOnlyList<Step> steps, string parent, int level)
    {
        var folds = Folds(steps.Count).ToDictionary(f => f.Start, f => f.Count);
        for (var i = 0; i < steps.Count; i++)
        {
            if (!folds.TryGetValue(i, out var count))
            {
                AddStep(rows, turn, steps[i], level);
                continue;
            }
            var key = GroupKey(parent, i);
            var inside = new StepRange(steps, i, count);
            var open = _open.Contains(key);
            rows.Add(new TreeRow(TreeRowKind.Group, key, level, turn, open) { Steps = inside });
            if (open)
            {
                foreach (var step in inside) AddStep(rows, turn, step, level + 1);
            }
            i += count - 1;
        }
    }

    private void AddStep(List<TreeRow> rows, Turn turn, Step step, int level)
    {
        var open = _open.Contains(step.Id);
        rows.Add(new TreeRow(TreeRowKind.Step, step.Id, level, turn, step.Children.Count == 0 ? null : open) { Step = step });
        if (open && step.Children.Count > 0) Add(rows, turn, step.Children, step.Id, level + 1);
    }

    private void AddFailed(List<TreeRow> rows, Turn turn, IReadOnlyList<Step> steps, int level)
    {
        foreach (var step in steps)
        {
            var inside = AnyFailed(step.Children);
            if (!step.Failed && !inside) continue;
            var open = IsOpen(step.Id, true);
            rows.Add(new TreeRow(TreeRowKind.Step, step.Id, level, turn, inside ? open : null) { Step = step });
            if (inside && open) AddFailed(rows, turn, step.Children, level + 1);
        }
    }

    /// <summary>Runs that fold. Starts do not move when steps are added at the end: what is open stays open while a turn grows.</summary>
    private static IEnumerable<(int Start, int Count)> Folds(int count)
    {
        if (count <= Longest) yield break;
        for (var start = Head; start < count - Tail; start += GroupSize) yield return (start, Math.Min(GroupSize, count - Tail - start));
    }

    private static string GroupKey(string parent, int start) => string.Create(CultureInfo.InvariantCulture, $"{parent}~{start}");

    private static bool AnyFailed(IReadOnlyList<Step> steps) => steps.Any(s => s.Failed || AnyFailed(s.Children));

    private static int IndexOf(IReadOnlyList<Step> steps, Step step)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (ReferenceEquals(steps[i], step)) return i;
        }
        return -1;
    }

    /// <summary>A part of a list without a copy.</summary>
    private sealed class StepRange(IReadOnlyList<Step> steps, int start, int count) : IReadOnlyList<Step>
    {
        public Step this[int index] => steps[start + index];

        public int Count => count;

        public IEnumerator<Step> GetEnumerator()
        {
            for (var i = 0; i < count; i++) yield return steps[start + i];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
