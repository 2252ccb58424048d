using Observatory.Core.Privacy;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

public sealed class SecretRecallTests
{
    private const int Secrets = 1_000;

    private readonly Redactor _redactor = new();

    [Fact]
    public void Redact_AThousandSecretsInTenPlaces_FindsNinetyNinePercent()
    {
        var made = new MadeUpSecrets(4711);
        var kinds = made.Kinds;
        Assert.True(kinds.Count >= 25);
        var missed = new List<string>();
        for (var i = 0; i < Secrets; i++)
        {
            var (kind, make) = kinds[i % kinds.Count];
            var (text, secret) = make();
            foreach (var (place, put) in MadeUpSecrets.Places)
            {
                var whole = put(text);
                var result = _redactor.Redact(whole);
                if (result is null || Leaks(result, secret)) missed.Add($"{kind}, {place}: {whole} → {result}");
            }
        }
        var found = 1 - missed.Count / (double)(Secrets * MadeUpSecrets.Places.Count);
        Assert.True(found >= 0.99, $"{found:P2} found; missed:\n{string.Join('\n', missed.Take(40))}");
    }

    [Fact]
    public void Redact_TextCutInsideATokenWithAPrefix_TakesTheRest()
    {
        var made = new MadeUpSecrets(99);
        foreach (var kind in new[] { "anthropic-api", "github", "github-fine", "gitlab", "npm", "pypi", "slack-app", "google", "stripe", "digitalocean",
            "jwt", "azure", "private-key" })
        {
            var (text, secret) = made.Kinds.Single(k => k.Kind == kind).Make();
            var start = text.IndexOf(secret, StringComparison.Ordinal);
            var cut = "use " + text[..(start + Math.Min(secret.Length - 2, secret.Length / 2 + 8))];
            Assert.False(Leaks(_redactor.Redact(cut)!, cut[(4 + start)..]), $"{kind}: {cut} → {_redactor.Redact(cut)}");
        }
    }

    [Fact]
    public void Redact_PrivateKeyWithoutItsStart_TakesTheBody()
    {
        var (text, secret) = new MadeUpSecrets(5).Kinds.Single(k => k.Kind == "private-key").Make();
        var tail = text[(text.IndexOf('\n') + 20)..];
        var result = _redactor.Redact("it ended with\n" + tail + "\nand that was all")!;
        Assert.False(Leaks(result, secret[40..]), result);
        Assert.StartsWith("it ended with\n", result, StringComparison.Ordinal);
        Assert.EndsWith("and that was all", result, StringComparison.Ordinal);
    }

    [Fact]
    public void Redact_Twice_ChangesNothingMore()
    {
        var made = new MadeUpSecrets(12);
        foreach (var (kind, make) in made.Kinds)
        {
            foreach (var (place, put) in MadeUpSecrets.Places)
            {
                var once = _redactor.Redact(put(make().Text));
                Assert.Equal(once, _redactor.Redact(once));
                Assert.True(once is not null, $"{kind}, {place}");
            }
        }
    }

    /// <summary>Twelve characters of it in a row are enough to call it a leak.</summary>
    private static bool Leaks(string text, string secret)
    {
        const int Window = 12;
        if (secret.Length <= Window) return text.Contains(secret, StringComparison.Ordinal);
        for (var i = 0; i + Window <= secret.Length; i++)
        {
            if (text.Contains(secret.AsSpan(i, Window), StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
