using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Alerts;
using Observatory.Core.Metrics;

namespace Observatory.Web.Components.Pages.Alerts;

/// <summary>A channel while it is typed.</summary>
public sealed class ChannelDraft
{
    public string Kind { get; set; } = AlertWords.Mail;
    public string To { get; set; } = "";
    /// <summary>What the last test said; null = none was made.</summary>
    public string? Tested { get; set; }
    public bool IsBad { get; set; }
}

/// <summary>A rule while it is edited: fields as they are typed. It is checked by the reader of the API.</summary>
public sealed class AlertDraft
{
    /// <summary>0 = it is new.</summary>
    public int Id { get; init; }
    public string Name { get; set; } = "";
    public string Kind { get; set; } = AlertWords.Threshold;
    public string Metric { get; set; } = "cost";
    public MetricsFilter Filters { get; set; } = MetricsFilter.None;
    public string User { get; set; } = "";
    public string Project { get; set; } = "";
    public string Op { get; set; } = ">";
    public string Value { get; set; } = "50";
    public string Window { get; set; } = "1d";
    public string Percent { get; set; } = "50";
    public string Against { get; set; } = "previous";
    public string Least { get; set; } = "medium";
    public string Period { get; set; } = "month";
    public string Timezone { get; set; } = "UTC";
    public string Steps { get; set; } = "50, 80, 100";
    public bool Forecast { get; set; } = true;
    public string Quota { get; set; } = AlertWords.Any;
    public string Lag { get; set; } = "5m";
    public string Errors { get; set; } = "";
    public string DeadLetters { get; set; } = "1";
    public string FreePercent { get; set; } = "10";
    public string Days { get; set; } = "30";
    public string For { get; set; } = "5m";
    public string KeepFiring { get; set; } = "10m";
    public string NoData { get; set; } = "keep";
    public string Severity { get; set; } = "warning";
    public bool Enabled { get; set; } = true;
    public bool Page { get; set; } = true;
    public List<ChannelDraft> Channels { get; } = [];

    public static AlertDraft New(string zone) => new() { Name = "Spend in a day", Timezone = zone };

    public static AlertDraft Of(KeptRule kept)
    {
        var (rule, c) = (kept.Rule, kept.Rule.Condition);
        static string Text(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
        var draft = new AlertDraft
        {
            Id = kept.Id, Name = rule.Name, Kind = rule.Kind, Metric = rule.Metric ?? "", Filters = rule.Filters, User = string.Join(", ", rule.Filters.Users),
            Project = string.Join(", ", rule.Filters.Projects), Op = c.Op ?? ">", Value = Text(c.Value ?? c.Amount ?? c.P95Ms), Percent = Text(c.Percent),
            Against = c.Against ?? "previous", Least = c.Severity ?? "medium", Period = c.Period ?? "month", Timezone = c.Timezone ?? "UTC",
            Steps = string.Join(", ", (c.Steps ?? [50, 80, 100]).Select(s => s.ToString(CultureInfo.InvariantCulture))), Forecast = c.Forecast ?? true,
            Lag = c.Lag ?? "", Errors = Text(c.Errors), DeadLetters = Text(c.DeadLetters), FreePercent = Text(c.FreePercent), Days = Text(c.Days),
            For = rule.For, KeepFiring = rule.KeepFiring, NoData = rule.NoData, Severity = rule.Severity, Enabled = rule.Enabled,
            Page = rule.Channels.Any(ch => ch.Kind == AlertWords.Page),
        };
        if (rule.Kind == AlertWords.Quota) draft.Quota = c.Window ?? AlertWords.Any;
        else if (c.Window is not null) draft.Window = c.Window;
        draft.Channels.AddRange(rule.Channels.Where(ch => ch.Kind != AlertWords.Page).Select(ch => new ChannelDraft { Kind = ch.Kind, To = ch.To ?? "" }));
        return draft;
    }

    /// <summary>As the API takes it.</summary>
    public JsonObject Write()
    {
        var rule = new JsonObject { ["name"] = Name, ["kind"] = Kind, ["condition"] = Condition() };
        if (AlertWords.HasMetric(Kind))
        {
            if (Metric.Length > 0) rule["metric"] = Metric;
            var filters = new JsonObject();
            Put(filters, "user", Split(User));
            Put(filters, "project", Split(Project));
            Put(filters, "model", Filters.Models);
            Put(filters, "source", Filters.Sources);
            rule["filters"] = filters;
        }
        (rule["for"], rule["keepFiring"], rule["noData"], rule["severity"], rule["enabled"]) = (For, KeepFiring, NoData, Severity, Enabled);
        var channels = new JsonArray();
        if (Page) channels.Add(new JsonObject { ["kind"] = AlertWords.Page });
        foreach (var channel in Channels) channels.Add(new JsonObject { ["kind"] = channel.Kind, ["to"] = channel.To.Trim() });
        rule["channels"] = channels;
        return rule;
    }

    /// <summary>Null = see the errors.</summary>
    public AlertRule? Read(IReadOnlySet<string> metrics, HookHosts hosts, out IReadOnlyDictionary<string, string[]> errors)
    {
        var reader = new AlertRuleReader(metrics, hosts);
        using var json = JsonDocument.Parse(Write().ToJsonString());
        var rule = reader.Read(json.RootElement);
        errors = reader.Errors;
        return rule;
    }

    private JsonObject Condition()
    {
        var c = new JsonObject();
        void Number(string name, string text, bool isNeeded = true)
        {
            if (text.Trim().Length == 0 && !isNeeded) return;
            c[name] = double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : text;
        }
        switch (Kind)
        {
            case AlertWords.Threshold:
                (c["op"], c["window"]) = (Op, Window);
                Number("value", Value);
                break;
            case AlertWords.Change:
                (c["op"], c["window"], c["against"]) = (Op, Window, Against);
                Number("percent", Percent);
                break;
            case AlertWords.Anomaly: c["severity"] = Least; break;
            case AlertWords.NoData: c["window"] = Window; break;
            case AlertWords.Budget:
                Number("amount", Value);
                (c["period"], c["timezone"], c["forecast"]) = (Period, Timezone, Forecast);
                c["steps"] = new JsonArray([.. Split(Steps).Select(s => (JsonNode?)(double.TryParse(s, CultureInfo.InvariantCulture, out var step) ? step
                    : s))]);
                break;
            case AlertWords.Quota:
                c["window"] = Quota;
                Number("percent", Percent);
                break;
            case AlertWords.Pipeline:
                if (Lag.Trim().Length > 0) c["lag"] = Lag.Trim();
                Number("errors", Errors, false);
                Number("deadLetters", DeadLetters, false);
                break;
            case AlertWords.Storage:
                Number("freePercent", FreePercent, false);
                Number("days", Days, false);
                break;
            default:
                Number("p95Ms", Value);
                c["window"] = Window;
                break;
        }
        return c;
    }

    private static void Put(JsonObject filters, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0) filters[name] = new JsonArray([.. values.Select(v => (JsonNode?)v)]);
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
