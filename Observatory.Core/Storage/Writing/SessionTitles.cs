using System.Runtime.InteropServices;
using Observatory.Core.Events;

namespace Observatory.Core.Storage.Writing;

/// <summary>
/// Titles and other words on a session that stand on lines without a time. Of several the one that stands furthest on in the session's life holds,
/// whichever file is read first. A summary belongs to the session that made the line which it names. Writer only.
/// </summary>
internal sealed class SessionTitles(WriterState state)
{
    /// <summary>Sessions whose places are remembered, about 100 bytes each; of others the stored word counts as said at their last activity.</summary>
    private const int Limit = 20_000;

    private readonly Dictionary<int, Places> _places = [];
    private readonly Dictionary<ulong, Summary> _summaries = [];
    private readonly Dictionary<int, HashSet<ulong>> _given = [];
    private readonly HashSet<ulong> _touched = [];
    private bool _areGiven = true;
    private long _sequence = long.MaxValue / 2;

    private struct Places
    {
        public Place Custom;
        public Place Ai;
        public Place Link;
        public Place Cost;
    }

    private sealed record Summary(string Text, Place Place)
    {
        public int? Session { get; set; }
    }

    public void Load()
    {
        foreach (var (leaf, text) in state.Rows.Facts.Pending()) _summaries[leaf] = new Summary(text, default);
        _areGiven = _summaries.Count == 0;
    }

    public void Take(SessionFacts facts, int conversation)
    {
        if (_summaries.Count > 0)
        {
            foreach (var line in facts.Lines)
            {
                if (_summaries.ContainsKey(line.Uuid)) _touched.Add(line.Uuid);
            }
        }
        foreach (var summary in facts.Summaries) Take(summary);
        if (facts.CustomTitle is null && facts.AiTitle is null && facts.PullRequest is null && facts.ClientCost is null) return;
        var row = state.Conversations.Touch(conversation);
        if (_places.Count >= Limit) _places.Clear();
        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, conversation, out var isKnown);
        var last = new Place(row.LastActivity, 0);
        if (!isKnown) places = new Places { Custom = last, Ai = last, Link = last, Cost = last };
        if (facts.CustomTitle is { } custom && IsLater(facts.CustomTitlePlace, ref places.Custom, row.CustomTitle, custom)) row.CustomTitle = custom;
        if (facts.AiTitle is { } title && IsLater(facts.AiTitlePlace, ref places.Ai, row.AiTitle, title)) row.AiTitle = title;
        if (facts.PullRequest is { } link && IsLater(facts.PullRequestPlace, ref places.Link, row.PullRequest, link)) row.PullRequest = link;
        if (facts.ClientCost is { } cost && IsLater(facts.ClientCostPlace, ref places.Cost, row.ClientCost, cost)) row.ClientCost = cost;

        bool IsLater<T>(Place said, ref Place known, T before, T now)
        {
            // A line that was appended to what was read before is behind all of it.
            if (said.At == Place.Unknown) said = new Place(row.LastActivity, _sequence++);
            var order = before is null ? 1 : said.CompareTo(known);
            if (order < 0 || order == 0 && Compare(now, before) <= 0) return false;
            known = said;
            return true;
        }
    }

    /// <summary>Gives summaries to the sessions whose lines they name. After owners are judged.</summary>
    public void Settle()
    {
        if (_touched.Count == 0) return;
        if (!_areGiven)
        {
            _areGiven = true;
            foreach (var (leaf, summary) in _summaries)
            {
                if (!_touched.Contains(leaf)) Give(leaf, summary);
            }
        }
        foreach (var leaf in _touched)
        {
            var summary = _summaries[leaf];
            var before = summary.Session;
            Give(leaf, summary);
            if (before is { } old && old != summary.Session) Show(old);
            if (summary.Session is { } session) Show(session);
        }
        _touched.Clear();
    }

    private void Take(SessionSummary said)
    {
        var known = _summaries.GetValueOrDefault(said.Leaf);
        if (known is not null)
        {
            var order = said.Place.CompareTo(known.Place);
            if (order < 0 || order == 0 && string.CompareOrdinal(said.Text, known.Text) <= 0) return;
        }
        _summaries[said.Leaf] = new Summary(said.Text, said.Place) { Session = known?.Session };
        _touched.Add(said.Leaf);
        state.Rows.Facts.WritePending(said.Leaf, said.Text);
    }

    private void Give(ulong leaf, Summary summary)
    {
        var owner = state.Owners.OwnerOfLine(leaf);
        if (summary.Session is { } before && before != owner && _given.TryGetValue(before, out var others)) others.Remove(leaf);
        summary.Session = owner;
        if (owner is not { } session) return;
        if (!_given.TryGetValue(session, out var leaves)) _given[session] = leaves = [];
        leaves.Add(leaf);
    }

    private void Show(int session)
    {
        var best = _given.GetValueOrDefault(session)?.Select(l => _summaries[l]).MaxBy(s => (s.Place, s.Text), s_order);
        state.Conversations.Touch(session).Summary = best?.Text;
    }

    private static readonly Comparer<(Place Place, string Text)> s_order =
        Comparer<(Place Place, string Text)>.Create((a, b) =>
            a.Place.CompareTo(b.Place) is not 0 and var order ? order : string.CompareOrdinal(a.Text, b.Text));

    private static int Compare<T>(T a, T b) =>
        a is string x && b is string y ? string.CompareOrdinal(x, y) : Comparer<T>.Default.Compare(a, b);
}
