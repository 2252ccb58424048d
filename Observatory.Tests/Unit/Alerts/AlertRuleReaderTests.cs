using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Alerts;
using Xunit;

namespace Observatory.Tests.Unit.Alerts;

/// <summary>What a rule may be, field by field.</summary>
public sealed class AlertRuleReaderTests
{
    private const string Good =
        """{"name":"Spend","kind":"threshold","metric":"cost","filters":{"user":["a"]},"condition":{"op":">","value":50,"window":"1d"},"for":"5m","keepFiring":"10m","noData":"keep","severity":"warning","channels":[{"kind":"page"},{"kind":"mail","to":"ops@example.org"},{"kind":"webhook","to":"https://hooks.example.org/x"}],"enabled":true}""";

    private static readonly HashSet<string> s_metrics = ["cost", "tokens", "errorRate", "build.minutes"];

    private static AlertRuleReader Reader(params string[] allowed) => new(s_metrics, new HookHosts(allowed));

    [Fact]
    public void A_rule_comes_back_as_it_was_sent()
    {
        var rule = Reader().Read(JsonDocument.Parse(Good).RootElement)!;
        Assert.Equal(JsonNode.Parse(Good)!.ToJsonString(), AlertJson.Write(rule).ToJsonString());
        var again = Reader().Read(JsonDocument.Parse(AlertJson.Write(rule).ToJsonString()).RootElement)!;
        Assert.Equal(AlertJson.Write(rule).ToJsonString(), AlertJson.Write(again).ToJsonString());
    }

    [Theory]
    [InlineData("name", "\"\"")]
    [InlineData("name", "5")]
    [InlineData("kind", "\"sometimes\"")]
    [InlineData("metric", "null")]
    [InlineData("metric", "\"costs\"")]
    [InlineData("filters", "[]")]
    [InlineData("filters.user", "{\"user\":\"a\"}")]
    [InlineData("filters.team", "{\"team\":[\"a\"]}")]
    [InlineData("filters.source", "{\"source\":[\"moon\"]}")]
    [InlineData("condition", "null")]
    [InlineData("condition.op", "{\"op\":\"!=\",\"value\":50,\"window\":\"1d\"}")]
    [InlineData("condition.value", "{\"op\":\">\",\"value\":\"50\",\"window\":\"1d\"}")]
    [InlineData("condition.value", "{\"op\":\">\",\"window\":\"1d\"}")]
    [InlineData("condition.window", "{\"op\":\">\",\"value\":50,\"window\":\"day\"}")]
    [InlineData("condition.window", "{\"op\":\">\",\"value\":50,\"window\":\"0s\"}")]
    [InlineData("condition.percent", "{\"op\":\">\",\"value\":50,\"window\":\"1d\",\"percent\":3}")]
    [InlineData("for", "\"-5m\"")]
    [InlineData("for", "5")]
    [InlineData("keepFiring", "\"5 m\"")]
    [InlineData("noData", "\"ignore\"")]
    [InlineData("severity", "\"fatal\"")]
    [InlineData("channels", "{}")]
    [InlineData("channels[0]", "[5]")]
    [InlineData("channels[0].kind", "[{\"kind\":\"pigeon\"}]")]
    [InlineData("channels[1].to", "[{\"kind\":\"page\"},{\"kind\":\"mail\",\"to\":\"ops\"}]")]
    [InlineData("channels[0].to", "[{\"kind\":\"webhook\"}]")]
    [InlineData("channels[0].to", "[{\"kind\":\"page\",\"to\":\"x\"}]")]
    [InlineData("channels[0].color", "[{\"kind\":\"page\",\"color\":\"red\"}]")]
    [InlineData("enabled", "\"yes\"")]
    [InlineData("threshold", "5")]
    public void Each_wrong_field_is_named(string named, string value)
    {
        var json = JsonNode.Parse(Good)!.AsObject();
        json[named.Split('.', '[')[0]] = JsonNode.Parse(value);
        var reader = Reader();
        Assert.Null(reader.Read(JsonDocument.Parse(json.ToJsonString()).RootElement));
        Assert.Equal([named], reader.Errors.Keys);
    }

    [Theory]
    [InlineData("change", "{\"op\":\">\",\"percent\":50,\"window\":\"1h\",\"against\":\"week\"}", "tokens", null)]
    [InlineData("change", "{\"op\":\">\",\"percent\":50,\"window\":\"1h\",\"against\":\"year\"}", "tokens", "condition.against")]
    [InlineData("anomaly", "{\"severity\":\"medium\"}", "tokens", null)]
    [InlineData("anomaly", "{}", "tokens", "condition.severity")]
    [InlineData("noData", "{\"window\":\"1h\"}", null, null)]
    [InlineData("noData", "{\"window\":\"1h\"}", "build.minutes", null)]
    [InlineData("budget", "{\"amount\":100,\"period\":\"month\",\"timezone\":\"Europe/Berlin\",\"steps\":[50,80,100],\"forecast\":true}", "cost", null)]
    [InlineData("budget", "{\"amount\":100,\"period\":\"month\"}", "tokens", null)]
    [InlineData("budget", "{\"amount\":0,\"period\":\"month\"}", "cost", "condition.amount")]
    [InlineData("budget", "{\"amount\":1,\"period\":\"year\"}", "cost", "condition.period")]
    [InlineData("budget", "{\"amount\":1,\"period\":\"day\",\"timezone\":\"Mars/Base\"}", "cost", "condition.timezone")]
    [InlineData("budget", "{\"amount\":1,\"period\":\"day\",\"steps\":[0]}", "cost", "condition.steps")]
    [InlineData("budget", "{\"amount\":1,\"period\":\"day\"}", "errorRate", "metric")]
    [InlineData("quota", "{\"window\":\"any\",\"percent\":80}", null, null)]
    [InlineData("quota", "{\"window\":\"any\",\"percent\":0}", null, "condition.percent")]
    [InlineData("quota", "{\"window\":\"any\",\"percent\":80}", "cost", "metric")]
    [InlineData("pipeline", "{\"lag\":\"5m\",\"errors\":3,\"deadLetters\":1}", null, null)]
    [InlineData("pipeline", "{}", null, "condition")]
    [InlineData("pipeline", "{\"lag\":300}", null, "condition.lag")]
    [InlineData("storage", "{\"freePercent\":10,\"days\":30}", null, null)]
    [InlineData("storage", "{\"freePercent\":101}", null, "condition.freePercent")]
    [InlineData("slowQueries", "{\"p95Ms\":500,\"window\":\"15m\"}", null, null)]
    [InlineData("slowQueries", "{\"window\":\"15m\"}", null, "condition.p95Ms")]
    public void Each_kind_has_its_condition(string kind, string condition, string? metric, string? wrong)
    {
        var json = new JsonObject { ["name"] = "r", ["kind"] = kind, ["condition"] = JsonNode.Parse(condition) };
        if (metric is not null) json["metric"] = metric;
        var reader = Reader();
        var rule = reader.Read(JsonDocument.Parse(json.ToJsonString()).RootElement);
        Assert.Equal(wrong is null ? [] : [wrong], reader.Errors.Keys);
        Assert.Equal(wrong is null, rule is not null);
    }

    [Theory]
    [InlineData("http://127.0.0.1/x", false)]
    [InlineData("http://127.1/x", false)]
    [InlineData("http://2130706433/", false)]
    [InlineData("http://0x7f000001/", false)]
    [InlineData("http://localhost:8080/x", false)]
    [InlineData("http://a.localhost./x", false)]
    [InlineData("https://10.0.4.7/alerts", false)]
    [InlineData("https://172.31.255.255/", false)]
    [InlineData("https://192.168.1.1/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://100.64.0.1/", false)]
    [InlineData("https://0.0.0.0/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:127.0.0.1]/", false)]
    [InlineData("https://[fd00::1]/", false)]
    [InlineData("https://[fe80::1]/", false)]
    [InlineData("https://[64:ff9b::a00:1]/", false)]
    [InlineData("https://user:secret@hooks.example.org/", false)]
    [InlineData("ftp://hooks.example.org/", false)]
    [InlineData("hooks.example.org", false)]
    [InlineData("https://hooks.example.org/x", true)]
    [InlineData("https://8.8.8.8/x", true)]
    [InlineData("https://[2606:4700::1111]/x", true)]
    public void Private_addresses_are_refused_however_they_are_written(string address, bool isGood) =>
        Assert.Equal(isGood, new HookHosts([]).WhyNot(address) is null);

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:5555/x", true)]
    [InlineData("127.0.0.1:5555", "http://127.0.0.1:5555/x", true)]
    [InlineData("127.0.0.1:5555", "http://127.0.0.1:6666/x", false)]
    [InlineData("localhost", "http://localhost:5555/x", true)]
    [InlineData("::1", "http://[::1]:5555/x", true)]
    [InlineData("10.0.0.1", "http://10.0.0.2/x", false)]
    public void What_an_administrator_allowed_may_be_called(string allowed, string address, bool isGood) =>
        Assert.Equal(isGood, new HookHosts([allowed]).WhyNot(address) is null);

    [Fact]
    public void Addresses_of_the_open_network_are_told_from_others()
    {
        Assert.All(["1.1.1.1", "11.0.0.1", "172.32.0.1", "2606:4700::1111"], a => Assert.False(HookHosts.IsPrivate(IPAddress.Parse(a)), a));
        Assert.All(["127.8.8.8", "224.0.0.1", "255.255.255.255", "ff02::1", "2002:7f00:1::"], a => Assert.True(HookHosts.IsPrivate(IPAddress.Parse(a)), a));
    }
}
