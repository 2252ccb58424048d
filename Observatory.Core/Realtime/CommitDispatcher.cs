using Microsoft.Extensions.Logging;
using Observatory.Core.Storage;

namespace Observatory.Core.Realtime;

/// <summary>
/// Stands between the writer and all who want to hear of commits. Each of them has a lane of its own: a short queue that one task empties. Who is slow finds
/// what came meanwhile put together as one; who hangs or throws costs the writer and its neighbours nothing. Thread-safe.
/// </summary>
public sealed class CommitDispatcher : ICommitObserver, IAsyncDisposable
{
    private readonly List<Lane> _lanes;

    public CommitDispatcher(IEnumerable<ICommitObserver> observers, ILogger<CommitDispatcher> log) =>
        _lanes = [.. observers.Select(o => new Lane(o, log))];

    public void Committed(Commit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        foreach (var lane in _lanes) lane.Add(commit);
    }

    public void Renamed(long version, IReadOnlyList<string> conversations)
    {
        foreach (var lane in _lanes) lane.Add(new Names(version, conversations));
    }

    /// <summary>What waits is told no more; what is being told is not waited for: it may hang.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes) lane.End();
        return ValueTask.CompletedTask;
    }

    /// <summary>Numbers of what waits, one an observer: never more than <see cref="Lane.Longest"/>.</summary>
    internal IReadOnlyList<int> Waiting => [.. _lanes.Select(l => l.Waiting)];

    private sealed record Names(long Version, IReadOnlyList<string> Conversations);

    internal sealed class Lane(ICommitObserver observer, ILogger log)
    {
        /// <summary>What comes then is put together with the last that waits.</summary>
        public const int Longest = 32;

        /// <summary>Session ids that a merged commit names.</summary>
        private const int MostConversations = 1_000;

        private readonly Lock _gate = new();
        private readonly LinkedList<object> _waiting = [];
        private bool _isRunning;
        private bool _isOver;

        public int Waiting
        {
            get { lock (_gate) return _waiting.Count; }
        }

        public void Add(object what)
        {
            lock (_gate)
            {
                if (_isOver) return;
                if (_waiting.Count < Longest) _waiting.AddLast(what);
                else Merge(what);
                if (_isRunning) return;
                _isRunning = true;
            }
            // Never on the thread that tells: it is the writer's.
            _ = Task.Run(Run);
        }

        public void End()
        {
            lock (_gate)
            {
                _isOver = true;
                _waiting.Clear();
            }
        }

        private void Merge(object what)
        {
            // With the last of its kind; of a full queue there is one of some kind, and names may be forgotten in favour of newer ones.
            for (var node = _waiting.Last; node is not null; node = node.Previous)
            {
                if (node.Value.GetType() != what.GetType()) continue;
                node.Value = what is Commit commit ? Short(((Commit)node.Value).With(commit)) : what;
                return;
            }
            _waiting.AddLast(what);
        }

        private static Commit Short(Commit commit) => commit.Conversations.Count <= MostConversations ? commit
            : commit with { Conversations = [.. commit.Conversations.TakeLast(MostConversations)] };

        private void Run()
        {
            while (true)
            {
                object next;
                lock (_gate)
                {
                    if (_waiting.First is not { } first)
                    {
                        _isRunning = false;
                        return;
                    }
                    next = first.Value;
                    _waiting.RemoveFirst();
                }
                try
                {
                    if (next is Commit commit) observer.Committed(commit);
                    else if (next is Names names) observer.Renamed(names.Version, names.Conversations);
                }
                catch (Exception e)
                {
                    // The events are on disk, and the next commit is told again.
                    log.LogError(e, "{Observer}, which hears of commits, failed", observer.GetType().Name);
                }
            }
        }
    }
}
