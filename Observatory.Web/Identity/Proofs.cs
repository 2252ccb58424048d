using System.Collections.Concurrent;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// Whether somebody showed lately who they are: what signs one in is changed only within ten minutes of a sign-in, or of showing password or code again.
/// </summary>
internal sealed class Proofs(SessionList sessions, Passwords passwords, SecondFactors factors, TimeProvider clock)
{
    public static TimeSpan Fresh { get; } = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, long> _shown = new();

    /// <param name="session">Id.</param>
    public bool IsFresh(string? session) => session is not null && sessions.Find(session) is { } found
        && clock.GetUtcNow().ToUnixTimeMilliseconds() - Math.Max(found.CreatedAt, _shown.GetValueOrDefault(session)) < Fresh.TotalMilliseconds;

    /// <summary>Null = too many ask at the time.</summary>
    public async Task<bool?> ShowAsync(string session, User user, string? password, string? code, CancellationToken cancel)
    {
        var isRight = password is { Length: > 0 and <= Passwords.Longest } ? await passwords.TryVerifyAsync(user, password, cancel)
            : await factors.TakeAsync(user, code, cancel);
        if (isRight == true) Shown(session);
        return isRight;
    }

    /// <summary>Whose session it is showed a moment ago who they are.</summary>
    public void Shown(string session)
    {
        foreach (var old in _shown.Keys.Where(id => sessions.Find(id) is null)) _shown.TryRemove(old, out _);
        _shown[session] = clock.GetUtcNow().ToUnixTimeMilliseconds();
    }
}
