using Observatory.Core.Accounts;
using Observatory.Core.Events;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Kept;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Storage.Letters;

namespace Observatory.Tests.Support;

/// <summary>What is kept, by hand.</summary>
internal sealed class FakeKept : IKeptFigures
{
    public IReadOnlyList<KeptType> Types { get; set; } = [];
    public IReadOnlyList<KeptEvent> Last { get; set; } = [];
    public IReadOnlyList<KeptMetric> Metrics { get; set; } = [];
    public IReadOnlyList<SourceSeen> Sources { get; set; } = [];

    public Task<IReadOnlyList<KeptType>> GetTypesAsync(CancellationToken cancel = default) => Task.FromResult(Types);

    public Task<IReadOnlyList<KeptEvent>> GetLastAsync(string type, int limit, CancellationToken cancel = default) => Task.FromResult(Last);

    public Task<IReadOnlyList<KeptMetric>> GetMetricsAsync(CancellationToken cancel = default) => Task.FromResult(Metrics);

    public Task<IReadOnlyList<SourceSeen>> GetSourcesAsync(CancellationToken cancel = default) => Task.FromResult(Sources);
}

/// <summary>Status lines by hand.</summary>
internal sealed class FakeStatuses : ISessionStatuses
{
    public List<SessionStatus> All { get; } = [];

    public IReadOnlyList<SessionStatus> Latest() => All;
}

/// <summary>What runs, by hand.</summary>
internal sealed class FakeLive : ILiveFigures
{
    public Task Gate { get; set; } = Task.CompletedTask;
    public Exception? Failure { get; set; }
    public LiveSnapshot Now { get; set; } = Snapshot();
    public List<MetricsFilter> Filters { get; } = [];

    public static LiveSnapshot Snapshot(params LiveSession[] sessions) => new()
    {
        At = FakeLists.Now, Sessions = sessions, Events = [], Tools = [], Quotas = [],
        Minutes = [.. Enumerable.Range(0, 61).Select(i => new LiveMinute(FakeLists.Now.AddMinutes(i - 60), i == 60, 10, 20, 30, 40, 0.01m, 1, i == 5 ? 1 : 0))],
    };

    public static LiveSession Session(string id, LiveState state, string? tool = null, string? detail = null) => new()
    {
        Id = id, Title = $"Title of {id}", Project = "app", ProjectPath = "/src/app", UserId = "ann", Model = "claude-opus-4-8",
            Started = FakeLists.Now.AddMinutes(-30),
        LastActivity = FakeLists.Now.AddSeconds(-5), State = state, Since = FakeLists.Now.AddSeconds(-12), Tool = tool, Detail = detail, Turns = 3,
            TotalTokens = 4_120_000,
        Cost = 6.31m, ToolErrors = 1, TokensPerMinute = 50_000, Spark = [1, 2, null, 4],
    };

    public async Task<LiveSnapshot> GetLiveAsync(MetricsFilter filter, CancellationToken cancel = default)
    {
        Filters.Add(filter);
        await Gate;
        return Failure is null ? Now : throw Failure;
    }
}

/// <summary>Letters by hand.</summary>
internal sealed class FakeLetters : IDeadLetters
{
    public Exception? Failure { get; set; }
    public Task Gate { get; set; } = Task.CompletedTask;
    public List<DeadLetter> All { get; } = [];
    /// <summary>Ids that are refused again, and why.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    public static DeadLetter Letter(string id, string reason = "type is missing", EventSource source = EventSource.Api, string? text = "{\"id\":\"x\"}",
        string? file = null) =>
        new(id, source, $"evt-{id}", reason, text, "ann", FakeLists.Now.AddMinutes(-3), file, file is null ? null : 7);

    public async Task<DeadLetterPage> ListAsync(DeadLetterQuery query, CancellationToken cancel = default)
    {
        await Gate;
        if (Failure is not null) throw Failure;
        var found = All.Where(l => (query.Source is null || l.Source == query.Source) && (query.Reason is null || l.Reason == query.Reason)).ToList();
        return new DeadLetterPage([.. found.Take(query.Limit)], found.Count,
            [.. All.GroupBy(l => (l.Source, l.Reason)).Select(g => new DeadLetterGroup(g.Key.Source, g.Key.Reason, g.Count()))]);
    }

    public Task<DeadLetter?> FindAsync(string id, CancellationToken cancel = default) => Task.FromResult(All.Find(l => l.Id == id));

    public Task<RedriveResult?> RedriveAsync(string id, CancellationToken cancel = default)
    {
        if (Refused.TryGetValue(id, out var reason)) return Task.FromResult<RedriveResult?>(new RedriveResult(false, reason));
        return Task.FromResult<RedriveResult?>(All.RemoveAll(l => l.Id == id) > 0 ? new RedriveResult(true, null) : null);
    }

    public Task<int> DiscardAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default) =>
        Task.FromResult(All.RemoveAll(l => ids.Contains(l.Id)));
}

/// <summary>Accounts and keys in memory.</summary>
internal sealed class FakeAccounts : IAccountStore
{
    public Task<User?> FirstAdminAsync(CancellationToken cancel = default) => Task.FromResult<User?>(null);

    public List<ApiKey> Keys { get; } = [];
    public Exception? Failure { get; set; }

    public Task<bool> AnyAsync(CancellationToken cancel = default) => Task.FromResult(Keys.Count > 0);

    public Task<bool> AnyUserAsync(CancellationToken cancel = default) => Task.FromResult(false);

    public Task<User?> FindUserAsync(string email, CancellationToken cancel = default) => Task.FromResult<User?>(null);

    public Task<User?> FindUserAsync(long id, CancellationToken cancel = default) => Task.FromResult<User?>(null);

    public Task<User?> FindExternalAsync(string issuer, string subject, CancellationToken cancel = default) => Task.FromResult<User?>(null);

    public Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<User>>([]);

    public Task<User?> FindInvitedAsync(byte[] hash, CancellationToken cancel = default) => Task.FromResult<User?>(null);

    public Task<bool> DeleteUserAsync(long id, CancellationToken cancel = default) => Task.FromResult(false);

    public Task<User> SaveUserAsync(User user, CancellationToken cancel = default) => Task.FromResult(user);

    public Task<ApiKey?> FindKeyAsync(ReadOnlyMemory<byte> hash, CancellationToken cancel = default)
    {
        var bytes = hash.ToArray();
        return Task.FromResult(Keys.Find(k => k.Hash.AsSpan().SequenceEqual(bytes)));
    }

    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancel = default) => Failure is null
        ? Task.FromResult<IReadOnlyList<ApiKey>>([.. Keys]) : throw Failure;

    public Task<ApiKey> SaveKeyAsync(ApiKey key, CancellationToken cancel = default)
    {
        if (key.Id == 0)
        {
            key.Id = Keys.Count + 1;
            Keys.Add(key);
        }
        return Task.FromResult(key);
    }

    public Task NoteKeyUseAsync(long id, long at, CancellationToken cancel = default) => Task.CompletedTask;

    public Task DeleteKeyAsync(long id, CancellationToken cancel = default)
    {
        Keys.RemoveAll(k => k.Id == id);
        return Task.CompletedTask;
    }
}
