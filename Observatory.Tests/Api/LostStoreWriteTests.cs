using System.Net;
using System.Net.Http.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>A database that was moved away under the program: nobody is told that what an administrator changes is kept.</summary>
public sealed class LostStoreWriteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_administrator_changes_waits_until_the_database_is_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows moves no file that is open.");
        await using var host = new WebHost(TimeProvider.System);
        using var client = host.Program();
        Assert.Equal(HttpStatusCode.Created, await MakeKeyAsync(client));
        var path = Path.Combine(host.DataPath, "observatory.db");
        File.Move(path, path + ".away");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await MakeKeyAsync(client));
        using (var rules = await client.PutAsJsonAsync("/api/admin/redaction", new { rules = Array.Empty<object>() }, Cancel))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, rules.StatusCode);
        using (var view = await client.PostAsJsonAsync("/api/notes", new { at = "2026-11-02T10:00:00Z", text = "deploy" }, Cancel))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, view.StatusCode);
        File.Move(path + ".away", path);
        Assert.Equal(HttpStatusCode.Created, await MakeKeyAsync(client));
    }

    private static async Task<HttpStatusCode> MakeKeyAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/api/admin/keys", new { name = "one", scopes = (string[])["read"] }, Cancel);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) Assert.NotNull(answer.Headers.RetryAfter);
        return answer.StatusCode;
    }
}
