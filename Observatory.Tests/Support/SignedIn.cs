using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Observatory.Tests.Support;

/// <summary>A browser whose reader was invited and chose a password.</summary>
internal static partial class SignedIn
{
    public const string Password = "a copper kettle sings at 7";

    /// <summary>Makes the account and follows its invitation.</summary>
    public static async Task<HttpClient> AsAsync(WebHost host, string email, string role)
    {
        using var made = await host.Program().PostAsJsonAsync("/api/admin/users", new { email, role });
        var body = await made.Content.ReadFromJsonAsync<JsonElement>();
        return await AcceptAsync(host, body.GetProperty("invite").GetString()!);
    }

    /// <summary>Follows an invitation as a browser does.</summary>
    public static async Task<HttpClient> AcceptAsync(WebHost host, string link, string password = Password)
    {
        var browser = host.Browser();
        var path = new Uri(link).PathAndQuery;
        using var answer = await PostFormAsync(browser, path, "/account/invite",
            new() { ["t"] = path.Split("t=")[1], ["password"] = password, ["again"] = password });
        if (answer.StatusCode != HttpStatusCode.SeeOther) throw new InvalidOperationException($"The invitation was answered with {answer.StatusCode}.");
        return browser;
    }

    /// <summary>Looks at a page for its antiforgery token, then sends a form with it.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient browser, string page, string to, Dictionary<string, string> fields)
    {
        var form = await browser.GetStringAsync(page);
        var token = Hidden().Matches(form).First(m => m.Groups[1].Value.Contains("Token", StringComparison.OrdinalIgnoreCase));
        fields[token.Groups[1].Value] = token.Groups[2].Value;
        var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("Origin", "http://localhost");
        return await browser.SendAsync(request);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)">""")]
    private static partial Regex Hidden();
}
