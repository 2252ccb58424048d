using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// How often somebody may try a password: by address, by account and address, and by account from addresses that never got in. Tries are
/// counted when they begin, so that many at once are no way around; a right password takes back what it counted. Unknown accounts are
/// counted like known ones. Thread-safe, in memory.
/// </summary>
internal sealed class SignInLimits(TimeProvider clock)
{
    public const int TriesPerMinute = 10;

    /// <summary>Wrong passwords for an account before an address has to wait, and before all new addresses have to.</summary>
    public const int FreeOfAddress = 5, FreeOfAccount = 30;

    private const int MostEntries = 20_000;
    private const int MostKnown = 100;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>First and longest wait of one address.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromMinutes(15), s_longest = TimeSpan.FromMinutes(60);

    /// <summary>Of all new ones together: the owner of an account must not be locked out by strangers.</summary>
    private static readonly TimeSpan s_firstOfAccount = TimeSpan.FromSeconds(2), s_longestOfAccount = TimeSpan.FromMinutes(1);

    /// <summary>After this long without a wrong password nothing is held against anybody.</summary>
    private static readonly TimeSpan s_forget = TimeSpan.FromHours(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<DateTimeOffset>> _addresses = [];
    private readonly Dictionary<(string Account, string Address), Wrong> _pairs = [];
    private readonly Dictionary<string, Wrong> _accounts = [];
    private readonly Dictionary<string, HashSet<string>> _known = [];

    /// <summary>Counts a try.</summary>
    /// <param name="address">As <see cref="Hosting.RateLimits.Address"/> gives it.</param>
    /// <param name="email">As typed.</param>
    /// <returns>Null = it may go on; else how long to wait. What has to wait is not counted.</returns>
    public TimeSpan? Begin(string address, string email)
    {
        var (account, now) = (User.Normalize(email), clock.GetUtcNow());
        lock (_gate)
        {
            Trim(now);
            var tries = _addresses.TryGetValue(address, out var old) ? old : _addresses[address] = new();
            while (tries.TryPeek(out var first) && now - first >= s_minute) tries.Dequeue();
            var known = _known.TryGetValue(account, out var friends) && friends.Contains(address);
            TimeSpan?[] waits =
            [
                tries.Count >= TriesPerMinute ? tries.Peek() + s_minute - now : null,
                _pairs.GetValueOrDefault((account, address))?.Left(now),
                known ? null : _accounts.GetValueOrDefault(account)?.Left(now),
            ];
            if (waits.Max() is { } wait) return wait;
            tries.Enqueue(now);
            // Without an address there is no account to guess at.
            if (account.Length == 0) return null;
            Add(_pairs, (account, address), now, FreeOfAddress, s_first, s_longest);
            if (!known) Add(_accounts, account, now, FreeOfAccount, s_firstOfAccount, s_longestOfAccount);
            return null;
        }
    }

    /// <summary>The password was not looked at: the try counts for the address only.</summary>
    public void TakeBack(string address, string email)
    {
        var account = User.Normalize(email);
        lock (_gate)
        {
            _pairs.GetValueOrDefault((account, address))?.TakeBack();
            _accounts.GetValueOrDefault(account)?.TakeBack();
        }
    }

    /// <summary>The password was right: nothing is held against this address, which is known from now on.</summary>
    public void Succeeded(string address, string email)
    {
        var account = User.Normalize(email);
        lock (_gate)
        {
            _pairs.Remove((account, address));
            _accounts.GetValueOrDefault(account)?.TakeBack();
            var friends = _known.TryGetValue(account, out var old) ? old : _known[account] = [];
            if (friends.Count < MostKnown) friends.Add(address);
        }
    }

    /// <summary>How many wrong passwords were tried for an account of late, from addresses that never got in.</summary>
    public int Failures(string email)
    {
        lock (_gate) return _accounts.GetValueOrDefault(User.Normalize(email))?.Count ?? 0;
    }

    private static void Add<TKey>(Dictionary<TKey, Wrong> all, TKey key, DateTimeOffset now, int free, TimeSpan first, TimeSpan longest) where TKey : notnull
    {
        if (!all.TryGetValue(key, out var wrong) || now - wrong.Last >= s_forget) wrong = all[key] = new Wrong();
        wrong.Count++;
        wrong.Last = now;
        // Twice as long each time.
        if (wrong.Count >= free) wrong.Until = now + TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(20, wrong.Count - free)));
    }

    private void Trim(DateTimeOffset now)
    {
        if (_addresses.Count > MostEntries)
        {
            foreach (var (address, tries) in _addresses) if (tries.Count == 0 || now - tries.Last() >= s_minute) _addresses.Remove(address);
        }
        Trim(_pairs, now);
        Trim(_accounts, now);
    }

    private static void Trim<TKey>(Dictionary<TKey, Wrong> all, DateTimeOffset now) where TKey : notnull
    {
        if (all.Count <= MostEntries) return;
        foreach (var (key, wrong) in all) if (now - wrong.Last >= s_forget) all.Remove(key);
        // Still too many: those that have to wait stay.
        foreach (var (key, wrong) in all) if (all.Count > MostEntries && wrong.Left(now) is null) all.Remove(key);
    }

    private sealed class Wrong
    {
        public int Count { get; set; }

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset Until { get; set; }

        public void TakeBack()
        {
            Count--;
            Until = default;
        }

        public TimeSpan? Left(DateTimeOffset now) => Until > now ? Until - now : null;
    }
}
