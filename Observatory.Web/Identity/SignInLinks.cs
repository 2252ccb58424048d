using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Observatory.Web.Hosting;

namespace Observatory.Web.Identity;

/// <summary>
/// One-time sign-in tokens. Each is a file named by the token's hash in the data directory, so that a second process of the same
/// account can issue one for the running server; taking the file away by renaming is what makes a token work once.
/// </summary>
internal sealed class SignInLinks(DataDirectory data, TimeProvider clock)
{
    public const string Path = "/account/link";

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(30);

    /// <param name="server">Scheme, host and port.</param>
    public string IssueUrl(string server) => $"{server}{Path}?t={Issue()}";

    public string Issue()
    {
        RemoveExpired();
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        var expiry = clock.GetUtcNow().Add(Lifetime).ToUnixTimeMilliseconds();
        DataDirectory.WriteClosed(FileOf(token), expiry.ToString(CultureInfo.InvariantCulture));
        return token;
    }

    /// <summary>Takes the token, so that nobody else can. Null unless this is the first call with one that was issued and is not over.</summary>
    public SignInClaim? Claim(string? token)
    {
        if (token is not { Length: > 0 and <= 128 }) return null;
        var file = FileOf(token);
        var claimed = System.IO.Path.Combine(data.Links, $"{Guid.NewGuid():N}.claimed");
        try
        {
            // Of several callers one can rename the file; for the others it is not there.
            File.Move(file, claimed);
        }
        catch (IOException)
        {
            return null;
        }
        if (IsLive(claimed)) return new SignInClaim(file, claimed);
        File.Delete(claimed);
        return null;
    }

    private string FileOf(string token) =>
        System.IO.Path.Combine(data.Links, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));

    private bool IsLive(string file) =>
        long.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)
        && clock.GetUtcNow().ToUnixTimeMilliseconds() < expiry;

    private void RemoveExpired()
    {
        foreach (var file in Directory.EnumerateFiles(data.Links))
        {
            try
            {
                // Half-written ones belong to a process at work, unless they are as old as a link may be.
                if (file.EndsWith(".part", StringComparison.Ordinal) ? clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) > Lifetime
                    : !IsLive(file)) File.Delete(file);
            }
            catch (IOException)
            {
                // Taken by someone else in the meantime.
            }
        }
    }
}

/// <summary>A token that somebody holds: burnt when the sign-in worked, given back when it did not.</summary>
internal sealed class SignInClaim(string file, string claimed)
{
    public void Burn() => File.Delete(claimed);

    public void GiveBack() => File.Move(claimed, file, overwrite: true);
}
