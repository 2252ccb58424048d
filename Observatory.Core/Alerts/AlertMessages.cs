using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Observatory.Core.Mail;

namespace Observatory.Core.Alerts;

/// <summary>What is said of alerts, in the form of each channel.</summary>
public static class AlertMessages
{
    private const int LongestSubject = 200;

    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>"Firing: Spend in a day".</summary>
    public static string Title(AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var word = message.State switch { AlertStates.Resolved => "Resolved", AlertStates.Error => "Cannot be judged", _ => "Firing" };
        return $"{word}: {message.Rule.Name}";
    }

    /// <summary>The body that a service of this kind takes.</summary>
    public static string Body(string channel, AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var (title, reason, link) = (Title(message), message.Reason, message.Link);
        return channel switch
        {
            AlertWords.Slack => new JsonObject { ["text"] = $"*{Slack(title)}*\n{Slack(reason)}\n<{link}|Open the alert>" }.ToJsonString(Options),
            AlertWords.Discord => new JsonObject
            {
                ["content"] = Cut($"**{Discord(title)}**\n{Discord(reason)}\n<{link}>", 2_000),
                    ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
            }.ToJsonString(Options),
            AlertWords.Teams => Teams(title, reason, link).ToJsonString(Options),
            _ => JsonSerializer.Serialize(message, Options),
        };
    }

    /// <summary>One mail for all that came together; it names each rule.</summary>
    public static OutgoingMail Mail(string messageId, string to, IReadOnlyList<AlertMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var subject = messages.Count == 1 ? Title(messages[0]) : $"{messages.Count} alerts. {string.Join("; ", messages.Select(Title))}";
        var text = new StringBuilder();
        var html = new StringBuilder("<!doctype html><html lang=\"en\"><body style=\"font-family:system-ui,sans-serif;font-size:15px;line-height:1.45\">");
        foreach (var message in messages)
        {
            text.Append(Title(message)).Append('\n').Append(message.Reason).Append(CultureInfo.InvariantCulture,
                $"\nSince {message.Since:yyyy-MM-dd HH:mm} UTC").Append('\n')
                .Append(message.Link).Append("\n\n");
            html.Append(CultureInfo.InvariantCulture,
                $"<h2 style=\"font-size:17px;margin:16px 0 4px\">{Html(Title(message))}</h2><p style=\"margin:0\">{Html(message.Reason)}<br>")
                .Append(CultureInfo.InvariantCulture, $"Since {message.Since:yyyy-MM-dd HH:mm} UTC. <a href=\"{Html(message.Link)}\">Open the alert</a></p>");
        }
        const string Why = "You get this because a rule on the page Alerts names your address.";
        text.Append(Why).Append('\n');
        html.Append(CultureInfo.InvariantCulture, $"<p style=\"color:#667;font-size:13px;margin-top:20px\">{Why}</p></body></html>");
        return new OutgoingMail { MessageId = messageId, To = to, Subject = $"[Observatory] {Cut(subject, LongestSubject)}", Html = html.ToString(),
            Text = text.ToString() };
    }

    private static JsonObject Teams(string title, string reason, string link)
    {
        static JsonObject Block(string text, bool isBold) => new()
        {
            ["type"] = "TextBlock", ["text"] = text, ["wrap"] = true, ["weight"] = isBold ? "Bolder" : "Default",
        };
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["content"] = new JsonObject
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4",
                    ["body"] = new JsonArray(Block(Plain(title), true), Block(Plain(reason), false)),
                    ["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Open the alert", ["url"] = link }),
                },
            }),
        };
    }

    /// <summary>Cards read a little markup: names are no markup.</summary>
    private static string Plain(string text) => Escape(text, "\\`*_[]");

    private static string Slack(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Discord(string text) => Escape(text, "\\`*_~|>[]()#@<");

    private static string Escape(string text, string marks)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (marks.Contains(c, StringComparison.Ordinal)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        options.Converters.Add(new Instants());
        return options;
    }

    /// <summary>UTC with <c>Z</c>.</summary>
    private sealed class Instants : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
