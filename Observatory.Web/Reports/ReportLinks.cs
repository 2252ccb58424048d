using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Observatory.Core.Reports;
using Observatory.Web.Hosting;

namespace Observatory.Web.Reports;

/// <summary>What a signed link says.</summary>
/// <param name="Occurrence">Null = it is about all of them.</param>
internal sealed record SignedWord(int Report, string Recipient, string? Occurrence = null, bool? IsUseful = null);

/// <summary>Addresses in mails: those of the setting, else the one that the server listens on. What a recipient may do without signing in is signed.</summary>
internal sealed class ReportLinks(PublicAddress address, IServer server, IDataProtectionProvider protection) : IReportLinks
{
    public const string UnsubscribePath = "/mail/unsubscribe";
    public const string FeedbackPath = "/mail/feedback";

    private readonly IDataProtector _unsubscribe = protection.CreateProtector("Observatory.Mail.Unsubscribe");
    private readonly IDataProtector _feedback = protection.CreateProtector("Observatory.Mail.Feedback");

    public string Page(string path) => Origin() + address.Path + path;

    public string Unsubscribe(int report, string recipient) => Page($"{UnsubscribePath}?t={Sign(_unsubscribe, new SignedWord(report, recipient))}");

    public string Feedback(int report, string occurrence, string recipient, bool isUseful) =>
        Page($"{FeedbackPath}?t={Sign(_feedback, new SignedWord(report, recipient, occurrence, isUseful))}");

    /// <summary>Null = it was not made here.</summary>
    public SignedWord? ReadUnsubscribe(string? token) => Read(_unsubscribe, token);

    /// <inheritdoc cref="ReadUnsubscribe"/>
    public SignedWord? ReadFeedback(string? token) => Read(_feedback, token);

    private string Origin()
    {
        if (address.Origin is { } set) return set;
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return bound is null ? Listening.DefaultUrl : Listening.ForBrowser(bound);
    }

    private static string Sign(IDataProtector protector, SignedWord word) =>
        WebEncoders.Base64UrlEncode(protector.Protect(JsonSerializer.SerializeToUtf8Bytes(word)));

    private static SignedWord? Read(IDataProtector protector, string? token)
    {
        try
        {
            return string.IsNullOrEmpty(token) ? null : JsonSerializer.Deserialize<SignedWord>(protector.Unprotect(WebEncoders.Base64UrlDecode(token)));
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}
