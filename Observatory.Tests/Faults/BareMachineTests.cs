using System.Net;
using System.Text.Json;
using Observatory.Tests.Support;
using Observatory.Web.Jobs;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Containers and small machines lack what others take for granted: zone files, a temp folder, whole key files.</summary>
public sealed class BareMachineTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<AppProcess> StartAsync(params (string Name, string Value)[] settings) =>
        AppProcess.StartAsync(_temp.Folder("data"), _temp.Folder("claude"), settings);

    [Fact]
    public async Task Without_zone_files_it_runs_and_says_what_is_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux looks for zones in TZDIR.");
        await using var app = await StartAsync(("TZDIR", _temp.Folder("no-zones")), ("TZ", ""));
        // The jobs begin after the start: they are what failed. Their page lists them when they are on the clock.
        await Patience.UntilAsync(async () =>
            app.HasExited || (await app.GetTextAsync("/admin/hangfire/recurring")).Contains(RecurringJobs.NightlyRecount, StringComparison.Ordinal));
        Assert.False(app.HasExited, app.Output);
        Assert.Contains("no time zone files", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
        using var refused = await app.Http.GetAsync("/api/analytics/dashboard?timezone=Europe/Berlin", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Contains("tzdata", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var utc = await app.Http.GetAsync("/api/analytics/dashboard?timezone=UTC", Cancel);
        Assert.Equal(HttpStatusCode.OK, utc.StatusCode);
    }

    [Fact]
    public async Task Without_a_temp_folder_people_can_sign_in()
    {
        var nowhere = Path.Combine(_temp.Path, "nothing-here");
        await using var app = await StartAsync(("TMPDIR", nowhere), ("ASPNETCORE_TEMP", nowhere));
        await SignsInAsync(app);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("<key id=\"0f0f0f0f-0000-4000-8000-000000000001\" version=\"1\"><creationDate>2026-11-01T00:00:00Z</creationDate></key>")]
    public async Task A_damaged_key_file_is_one_warning_and_a_new_key(string content)
    {
        var keys = _temp.Folder(Path.Combine("data", "keys"));
        await File.WriteAllTextAsync(Path.Combine(keys, "key-0f0f0f0f-0000-4000-8000-000000000001.xml"), content, Cancel);
        await using (var app = await StartAsync())
        {
            Assert.Equal(1, app.Output.Split('\n').Count(line => line.Contains("is damaged and was put aside", StringComparison.Ordinal)));
            await SignsInAsync(app);
            await app.StopAsync();
        }
        await using var again = await StartAsync();
        Assert.DoesNotContain("damaged", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_cannot_be_written_end_the_start_in_one_line()
    {
        // A folder where the key should be: nobody, not even root, can write a file there.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a file system where a name can be taken by a link.");
        Directory.CreateSymbolicLink(Path.Combine(_temp.Folder("data"), "keys"), "/proc/self/task");
        await using var app = AppProcess.Launch(_temp.Folder("data"), _temp.Folder("claude"));
        Assert.Equal(1, await app.WaitForExitAsync());
        Assert.StartsWith("Observatory:DataDirectory: ", app.Output.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', app.Output.Trim());
    }

    /// <summary>A session outlives a restart, on another port too.</summary>
    [Fact]
    public async Task Who_is_signed_in_stays_so_over_a_restart()
    {
        string cookie;
        await using (var app = await StartAsync())
        {
            cookie = await SignsInAsync(app);
            await app.StopAsync();
        }
        await using var again = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(again, cookie));
    }

    /// <returns>The session cookie.</returns>
    private static async Task<string> SignsInAsync(AppProcess app)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var answer = await http.GetAsync(app.Link, Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, cookie));
        using var form = await http.GetAsync(new Uri(app.Link, "/account/sign-in"), Cancel);
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);
        return cookie;
    }

    private static async Task<HttpStatusCode> AskAsync(AppProcess app, string cookie)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Link, "/api/analytics/system")) { Headers = { { "Cookie", cookie } } };
        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    public void Dispose() => _temp.Dispose();
}
