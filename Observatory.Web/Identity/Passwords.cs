using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>
/// PBKDF2 with HMAC-SHA512. An unknown address costs the same time as a wrong password, so that time tells nothing. A check takes a core
/// for a good tenth of a second: those of sign-ins run one at a time beside the threads of requests.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int Iterations = 220_000;

    /// <summary>Characters of a password.</summary>
    public const int Shortest = 12, Longest = 256;

    /// <summary>Why a password cannot be taken, as a sentence; null = it can.</summary>
    /// <param name="email">Of the account.</param>
    public static string? WhyNot(string? password, string email) =>
        password is null || password.Length < Shortest ? $"A password has at least {Shortest} characters."
        : password.Length > Longest ? $"A password has at most {Longest} characters."
        : WeakPasswords.WhyWeak(password, email) is { } why ? $"The password {why}: it would be guessed." : null;

    /// <summary>Checks that wait for their turn; one more is turned away at once.</summary>
    private const int MostWaiting = 8;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly User _nobody = new() { Email = "", NormalizedEmail = "", SecurityStamp = "" };
    private readonly Lazy<string> _nobodysHash;
    private readonly SemaphoreSlim _turn = new(1);
    private int _here;

    public Passwords() => _nobodysHash = new(() => _hasher.HashPassword(_nobody, Convert.ToHexString(RandomNumberGenerator.GetBytes(16))));

    public void Dispose() => _turn.Dispose();

    public string Hash(User user, string password) => _hasher.HashPassword(user, password);

    /// <summary>At once, on this thread: for the start.</summary>
    public bool Verify(User? user, string password)
    {
        var real = user is { PasswordHash: not null, Disabled: false };
        var result = _hasher.VerifyHashedPassword(user ?? _nobody, real ? user!.PasswordHash! : _nobodysHash.Value, password);
        return real && result != PasswordVerificationResult.Failed;
    }

    /// <summary>In its turn. Null = too many wait already, or the turn did not come in time.</summary>
    public async Task<bool?> TryVerifyAsync(User? user, string password, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _here) > MostWaiting + 1 || !await _turn.WaitAsync(Patience, cancel)) return null;
            try
            {
                // On a thread of its own: those of the pool answer requests.
                return await Task.Factory.StartNew(
                    () => Verify(user, password), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _here);
        }
    }
}
