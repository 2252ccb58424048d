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

    /// <summary>Burns the token. True for the first call with one that was issued and is not over.</summary>
    public bool Redeem(string? token)
    {
        if (token is not { Length: > 0 and <= 128 }) return false;
        var claimed = System.IO.Path.Combine(data.Links, $"{Guid.NewGuid():N}.claimed");
        try
        {
            // Of several callers one can rename the file; for the others it is not there.
            File.Move(FileOf(token), claimed);
        }
        catch (IOException)
        {
            return false;
        }
        var live = IsLive(claimed);
        File.Delete(claimed);
        return live;
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
                // Half-written ones belong to a process at work.
                if (!file.EndsWith(".part", StringComparison.Ordinal) && !IsLive(file)) File.Delete(file);
            }
            catch (IOException)
            {
                // Taken by someone else in the meantime.
            }
        }
    }
}
