using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Deliveries;
using Observatory.Core.Mail;
using Observatory.Core.Reports;

namespace Observatory.Web.Api;

/// <summary>Whether mail goes out.</summary>
internal static class MailApi
{
    public static void MapMail(this RouteGroupBuilder admin) => admin.MapGroup("/mail").WithTags("Mail")
        .MapPost("/test", TestAsync).WithName("TestMail").WithSummary("One real try to send a mail, and what the other side said.");

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> TestAsync(
        [FromBody] JsonElement body, [FromServices] IMailTransport transport, CancellationToken cancel)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var to = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("to", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
        if (body.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in body.EnumerateObject().Where(p => p.Name != "to")) errors[property.Name] = ["There is no such field."];
        }
        if (Addresses.Normalize(to) is not { } address)
        {
            errors["to"] = [to is null ? "It is the address that the mail goes to." : Addresses.WhyNot(to.Length > 80 ? to[..80] : to)];
            return ReportsApi.Wrong(errors);
        }
        if (errors.Count > 0) return ReportsApi.Wrong(errors);
        var result = await SendAsync(transport, address, cancel);
        return TypedResults.Ok(new JsonObject { ["ok"] = result.Verdict == SendVerdict.Sent, ["error"] = result.Error });
    }

    /// <summary>One try.</summary>
    public static Task<SendResult> SendAsync(IMailTransport transport, string to, CancellationToken cancel) => transport.SendAsync(new OutgoingMail
    {
        MessageId = $"test.{Guid.NewGuid():N}@observatory.invalid", To = to, Subject = "[Test] Mail from Observatory works",
        Text = "This mail was sent to see whether mail works. It does.", Html = "<p>This mail was sent to see whether mail works. It does.</p>",
    }, cancel);
}
