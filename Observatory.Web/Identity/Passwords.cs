using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Observatory.Core.Accounts;

namespace Observatory.Web.Identity;

/// <summary>PBKDF2 with HMAC-SHA512. An unknown address costs the same time as a wrong password, so that time tells nothing.</summary>
internal sealed class Passwords
{
    public const int Iterations = 220_000;

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly User _nobody = new() { Email = "", NormalizedEmail = "", SecurityStamp = "" };
    private readonly Lazy<string> _nobodysHash;

    public Passwords() => _nobodysHash = new(() => _hasher.HashPassword(_nobody, Convert.ToHexString(RandomNumberGenerator.GetBytes(16))));

    public string Hash(User user, string password) => _hasher.HashPassword(user, password);

    public bool Verify(User? user, string password)
    {
        var real = user is { PasswordHash: not null, Disabled: false };
        var result = _hasher.VerifyHashedPassword(user ?? _nobody, real ? user!.PasswordHash! : _nobodysHash.Value, password);
        return real && result != PasswordVerificationResult.Failed;
    }
}
