using System.Text.Json.Nodes;

namespace Observatory.Core.Reports;

/// <summary>A definition as JSON: what is kept, answered and exchanged.</summary>
public static class ReportJson
{
    public static JsonObject Write(ReportDefinition definition) => new()
    {
        ["name"] = definition.Name,
        ["sections"] = Texts(definition.Sections),
        ["filters"] = Filters(definition),
        ["period"] = definition.Period,
        ["schedule"] = new JsonObject { ["cron"] = definition.Schedule.Cron, ["timezone"] = definition.Schedule.Timezone },
        ["recipients"] = Texts(definition.Recipients),
        ["attachments"] = Texts(definition.Attachments),
        ["condition"] = definition.Condition,
        ["locale"] = definition.Locale,
        ["missed"] = definition.Missed,
        ["paused"] = definition.Paused,
        ["owner"] = definition.Owner,
    };

    private static JsonObject Filters(ReportDefinition definition)
    {
        var filters = new JsonObject();
        foreach (var (name, values) in new[]
        {
            ("user", definition.Filters.Users), ("project", definition.Filters.Projects), ("model", definition.Filters.Models),
                ("source", definition.Filters.Sources),
        })
        {
            if (values.Count > 0) filters[name] = Texts(values);
        }
        return filters;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];
}
