using System.IO.Hashing;
using System.Runtime.InteropServices;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Storage;

/// <summary>
/// New names that a sender brought today. Lists have a row for each name, for ever: a key that makes up names would make them useless to everybody.
/// What is beyond the limit counts in full, under <see cref="Others"/>. Files of this machine are not limited. Thread-safe.
/// </summary>
public sealed class NewNames(TimeProvider clock)
{
    /// <summary>Stands for the names beyond the limit.</summary>
    public const string Others = "others";

    /// <summary>Sets of tags of all metrics together.</summary>
    internal const int MostTagSets = 10_000;

    /// <summary>Stands for sets of tags where a kind of name is asked for.</summary>
    private const NameKind TagSets = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Sender, NameKind Kind), Share> _shares = [];
    private readonly List<Share> _news = [];
    private volatile bool _hasNews;
    private long _day;

    /// <summary>What went beyond today, in the order in which it did.</summary>
    public IReadOnlyList<NamesBeyond> Beyond
    {
        get
        {
            lock (_gate)
            {
                Turn();
                return [.. _shares.Values.Where(s => s.Beyond > 0).OrderBy(s => s.Order).Select(s => s.ToRow())];
            }
        }
    }

    /// <summary>What went beyond for the first time today since this was asked. Mostly nothing.</summary>
    internal IReadOnlyList<NamesBeyond> TakeNews()
    {
        if (!_hasNews) return [];
        lock (_gate)
        {
            IReadOnlyList<NamesBeyond> news = [.. _news.Select(s => s.ToRow())];
            _news.Clear();
            _hasNews = false;
            return news;
        }
    }

    /// <summary>
    /// In a UTC day, by one sender. Ids of sub-agents and folders below projects are in no list, and an archive of a fleet holds many of them.
    /// </summary>
    internal static int MostOf(NameKind kind) => kind switch
    {
        TagSets => MostTagSets,
        NameKind.User or NameKind.Project or NameKind.Branch or NameKind.Worktree => 5_000,
        NameKind.Agent or NameKind.Folder => 100_000,
        _ => 1_000,
    };

    /// <summary>Whether a name that is not stored may be. The same name again takes nothing: what was not written is tried again.</summary>
    internal bool MayAdd(BatchSender? sender, NameKind kind, string text) => sender is null || text == Others || TryTake(sender, kind, text);

    /// <param name="series">The metric with its tags.</param>
    internal bool MayAddTagSet(BatchSender? sender, string series) => sender is null || TryTake(sender, TagSets, series);

    private bool TryTake(BatchSender sender, NameKind kind, string text)
    {
        lock (_gate)
        {
            Turn();
            if (!_shares.TryGetValue((sender.Id, kind), out var share)) _shares[(sender.Id, kind)] = share = new Share(TextOf(kind), sender.Name);
            var name = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()));
            if (share.Known.Contains(name)) return true;
            if (share.Known.Count < MostOf(kind)) return share.Known.Add(name);
            if (share.Beyond++ > 0) return false;
            share.Order = _shares.Values.Max(s => s.Order) + 1;
            _news.Add(share);
            _hasNews = true;
            return false;
        }
    }

    private void Turn()
    {
        var day = clock.GetUtcNow().ToUnixTimeMilliseconds() / BucketClock.Day;
        if (day == _day) return;
        _day = day;
        _shares.Clear();
    }

    private static string TextOf(NameKind kind) => kind switch
    {
        TagSets => "set of tags",
        NameKind.User => "user",
        NameKind.Project => "project",
        NameKind.Model => "model",
        NameKind.Tool => "tool",
        NameKind.Branch => "branch",
        NameKind.Version => "client version",
        NameKind.Agent => "sub-agent",
        NameKind.Setting => "speed, tier or region",
        NameKind.EventType => "event type",
        NameKind.Metric => "metric",
        NameKind.Worktree => "worktree",
        NameKind.Folder => "folder",
        // A kind that is new here is bounded all the same.
        _ => "name",
    };

    private sealed class Share(string kind, string sender)
    {
        /// <summary>Hashes.</summary>
        public HashSet<ulong> Known { get; } = [];

        public long Beyond { get; set; }

        /// <summary>0 = nothing went beyond.</summary>
        public int Order { get; set; }

        public NamesBeyond ToRow() => new(kind, sender, Known.Count, Beyond);
    }
}

/// <summary>One kind of name of which a sender brought too many new ones today.</summary>
/// <param name="Kind">In words.</param>
/// <param name="Sender">Name of the key or account.</param>
/// <param name="Taken">New names that were taken.</param>
/// <param name="Beyond">How often another was met.</param>
public sealed record NamesBeyond(string Kind, string Sender, int Taken, long Beyond);
