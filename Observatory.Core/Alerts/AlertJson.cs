using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Observatory.Core.Alerts;

/// <summary>Rules as JSON, as they are sent and kept.</summary>
public static class AlertJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static JsonObject Write(AlertRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var json = new JsonObject { ["name"] = rule.Name, ["kind"] = rule.Kind };
        if (AlertWords.HasMetric(rule.Kind))
        {
            if (rule.Metric is not null) json["metric"] = rule.Metric;
            json["filters"] = Filters(rule);
        }
        json["condition"] = JsonSerializer.SerializeToNode(rule.Condition, Options);
        json["for"] = rule.For;
        json["keepFiring"] = rule.KeepFiring;
        json["noData"] = rule.NoData;
        json["severity"] = rule.Severity;
        json["channels"] = new JsonArray([.. rule.Channels.Select(c =>
        {
            var channel = new JsonObject { ["kind"] = c.Kind };
            if (c.To is not null) channel["to"] = c.To;
            return (JsonNode)channel;
        })]);
        json["enabled"] = rule.Enabled;
        return json;
    }

    private static JsonObject Filters(AlertRule rule)
    {
        var filters = new JsonObject();
        void Put(string name, IReadOnlyList<string> values)
        {
            if (values.Count > 0) filters[name] = new JsonArray([.. values.Select(v => (JsonNode)v)]);
        }
        Put("user", rule.Filters.Users);
        Put("project", rule.Filters.Projects);
        Put("model", rule.Filters.Models);
        Put("source", rule.Filters.Sources);
        return filters;
    }
}
