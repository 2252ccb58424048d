using System.Text.Json;
using Observatory.Core.Reports;
using Observatory.Core.Time;

namespace Observatory.Core.Alerts;

/// <summary>Reads a rule from JSON, as it was sent or as it was kept, and says of each field what is wrong with it.</summary>
/// <param name="metrics">Names of metrics that there are; null = not asked.</param>
/// <param name="hosts">Which addresses may be called.</param>
public sealed class AlertRuleReader(IReadOnlySet<string>? metrics, HookHosts hosts) : DefinitionReader
{
    private const int MostChannels = 20;
    private const int MostSteps = 20;

    private static readonly TimeSpan s_longestWindow = TimeSpan.FromDays(366);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);

    /// <summary>What an answer holds beside the definition: may be sent back and is not looked at.</summary>
    private static readonly HashSet<string> s_readOnly =
        ["id", "state", "since", "value", "reason", "checkedAt", "lastFiredAt", "createdAt", "changedAt", "silencedUntil", "acknowledgedBy", "fired"];

    private static readonly HashSet<string> s_fields =
        ["name", "kind", "metric", "filters", "condition", "for", "keepFiring", "noData", "severity", "channels", "enabled"];

    /// <returns>Null = see <see cref="DefinitionReader.Errors"/>.</returns>
    public AlertRule? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add("", "A rule is a JSON object.");
            return null;
        }
        OnlyKnown(json, "", name => s_fields.Contains(name) || s_readOnly.Contains(name));
        var kind = Text(json, "kind") ?? "";
        if (!AlertWords.Kinds.Contains(kind)) Add("kind", $"It is one of {string.Join(", ", AlertWords.Kinds)}.");
        var usual = kind is AlertWords.Threshold or AlertWords.Change;
        var rule = new AlertRule
        {
            Name = NameOf(json, "A rule"), Kind = kind, Metric = Metric(json, kind), Filters = FiltersOf(json), Condition = Condition(json, kind),
            For = Wait(json, "for", usual ? "5m" : "0s"), KeepFiring = Wait(json, "keepFiring", usual ? "10m" : "0s"),
            NoData = Word(json, "noData", AlertWords.NoDataModes, "keep"), Severity = Word(json, "severity", AlertWords.Severities, "warning"),
            Channels = Channels(json), Enabled = Switch(json, "enabled", otherwise: true),
        };
        if (!AlertWords.HasMetric(kind) && !rule.Filters.IsEmpty && AlertWords.Kinds.Contains(kind)) Add("filters", $"A rule of the kind {kind} has none.");
        return IsGood ? rule : null;
    }

    private string? Metric(JsonElement json, string kind)
    {
        var metric = Text(json, "metric");
        if (!AlertWords.HasMetric(kind))
        {
            if (metric is not null && AlertWords.Kinds.Contains(kind)) Add("metric", $"A rule of the kind {kind} has none.");
            return null;
        }
        if (kind == AlertWords.Budget && metric is not (null or "cost" or "tokens")) Add("metric", "A budget is of cost or tokens.");
        else if (metric is null && kind != AlertWords.NoData && !IsWrong("metric")) Add("metric", "Which metric is it about?");
        else if (metric is not null && metrics is not null && !metrics.Contains(metric)) Add("metric", $"There is no metric “{Shown(metric)}”.");
        return metric;
    }

    private string Wait(JsonElement json, string field, string otherwise)
    {
        var text = Text(json, field) ?? otherwise;
        if (Durations.Parse(text, s_longestWait) is null) Add(field, "It is a length of time such as 0s, 30s, 5m, 2h or 1d, at most 30d.");
        return text;
    }

    private AlertCondition Condition(JsonElement json, string kind)
    {
        if (Get(json, "condition") is not { ValueKind: JsonValueKind.Object } condition)
        {
            Add("condition", "It is an object that says when the rule fires.");
            return new AlertCondition();
        }
        var fields = FieldsOf(kind);
        if (fields.Length > 0) OnlyKnown(condition, "condition.", name => fields.Contains(name));
        return kind switch
        {
            AlertWords.Threshold => new AlertCondition { Op = Op(condition), Value = Number(condition, "value"), Window = Window(condition) },
            AlertWords.Change => new AlertCondition
            {
                Op = Op(condition), Percent = Number(condition, "percent"), Window = Window(condition),
                Against = Choice(condition, "against", AlertWords.Against, "previous"),
            },
            AlertWords.Anomaly => new AlertCondition { Severity = Choice(condition, "severity", AlertWords.AnomalySeverities, null) },
            AlertWords.NoData => new AlertCondition { Window = Window(condition) },
            AlertWords.Budget => Budget(condition),
            AlertWords.Quota => Quota(condition),
            AlertWords.Pipeline => Pipeline(condition),
            AlertWords.Storage => Storage(condition),
            AlertWords.SlowQueries => new AlertCondition { P95Ms = Number(condition, "p95Ms", least: 0), Window = Window(condition) },
            _ => new AlertCondition(),
        };
    }

    /// <summary>Fields of a condition, by kind; empty = the kind is not known.</summary>
    private static string[] FieldsOf(string kind) => kind switch
    {
        AlertWords.Threshold => ["op", "value", "window"],
        AlertWords.Change => ["op", "percent", "window", "against"],
        AlertWords.Anomaly => ["severity"],
        AlertWords.NoData => ["window"],
        AlertWords.Budget => ["amount", "period", "timezone", "steps", "forecast"],
        AlertWords.Quota => ["window", "percent"],
        AlertWords.Pipeline => ["lag", "errors", "deadLetters"],
        AlertWords.Storage => ["freePercent", "days"],
        AlertWords.SlowQueries => ["p95Ms", "window"],
        _ => [],
    };

    private AlertCondition Budget(JsonElement json)
    {
        var amount = Number(json, "amount");
        if (amount <= 0) Add("condition.amount", "It is more than 0.");
        var zone = Text(json, "timezone", "condition.timezone") ?? "UTC";
        if (!IsKept && IanaZones.Find(zone) is null) Add("condition.timezone", "It is not an IANA zone such as Europe/Berlin.");
        return new AlertCondition
        {
            Amount = amount, Period = Choice(json, "period", AlertWords.Periods, null), Timezone = zone, Steps = Steps(json),
            Forecast = Switch(json, "forecast", otherwise: true, "condition.forecast"),
        };
    }

    private List<double> Steps(JsonElement json)
    {
        if (Get(json, "steps") is not { } steps) return [50, 80, 100];
        const string Wrong = "It is a list of percentages, such as [50,80,100].";
        if (steps.ValueKind != JsonValueKind.Array || steps.EnumerateArray().Any(s => s.ValueKind != JsonValueKind.Number))
        {
            Add("condition.steps", Wrong);
            return [];
        }
        var found = steps.EnumerateArray().Select(s => s.GetDouble()).Distinct().Order().ToList();
        if (found.Count is 0 or > MostSteps || found.Any(s => s is <= 0 or > 1_000)) Add("condition.steps", Wrong);
        return found;
    }

    private AlertCondition Quota(JsonElement json)
    {
        var window = Text(json, "window", "condition.window");
        if (window is null or "" || window.Length > 64) Add("condition.window", "It is any, or the id of a window such as five_hour.");
        var percent = Number(json, "percent");
        if (percent is <= 0 or > 100) Add("condition.percent", "It is more than 0 and at most 100.");
        return new AlertCondition { Window = window, Percent = percent };
    }

    private AlertCondition Pipeline(JsonElement json)
    {
        var lag = Text(json, "lag", "condition.lag");
        if (lag is not null && Durations.Parse(lag, s_longestWait) is null) Add("condition.lag", "It is a length of time such as 5m.");
        var condition = new AlertCondition
        {
            Lag = lag, Errors = Number(json, "errors", isNeeded: false, least: 1), DeadLetters = Number(json, "deadLetters", isNeeded: false, least: 1),
        };
        if (condition is { Lag: null, Errors: null, DeadLetters: null } && IsGood) Add("condition", "It has at least one of lag, errors and deadLetters.");
        return condition;
    }

    private AlertCondition Storage(JsonElement json)
    {
        var condition = new AlertCondition { FreePercent = Number(json, "freePercent", isNeeded: false), Days = Number(json, "days", isNeeded: false,
            least: 0) };
        if (condition.FreePercent is <= 0 or > 100) Add("condition.freePercent", "It is more than 0 and at most 100.");
        if (condition is { FreePercent: null, Days: null } && IsGood) Add("condition", "It has at least one of freePercent and days.");
        return condition;
    }

    private string? Op(JsonElement json) => Choice(json, "op", AlertWords.Ops, null);

    private string? Window(JsonElement json)
    {
        var text = Text(json, "window", "condition.window");
        if (Durations.Parse(text, s_longestWindow) is not { TotalSeconds: >= 1 }) Add("condition.window",
            "It is a length of time such as 5m, 2h or 1d, at most 366d.");
        return text;
    }

    private string? Choice(JsonElement json, string field, IReadOnlyList<string> known, string? otherwise)
    {
        var word = Text(json, field, $"condition.{field}") ?? otherwise;
        if (word is null || !known.Contains(word)) Add($"condition.{field}", $"It is one of {string.Join(", ", known)}.");
        return word;
    }

    private double? Number(JsonElement json, string field, bool isNeeded = true, double? least = null)
    {
        if (Get(json, field) is not { } value)
        {
            if (isNeeded) Add($"condition.{field}", "It is missing.");
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && !(number < least)) return number;
        Add($"condition.{field}", least is null ? "It is a number." : $"It is a number from {least} on.");
        return null;
    }

    private List<AlertChannel> Channels(JsonElement json)
    {
        if (Get(json, "channels") is not { } value) return [new AlertChannel(AlertWords.Page, null)];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostChannels)
        {
            Add("channels", $"It is a list of at most {MostChannels} channels.");
            return [];
        }
        var kept = new List<AlertChannel>();
        foreach (var (item, index) in value.EnumerateArray().Select((item, index) => (item, index)))
        {
            if (Channel(item, $"channels[{index}]") is { } channel && !kept.Contains(channel)) kept.Add(channel);
        }
        return kept;
    }

    private AlertChannel? Channel(JsonElement json, string field)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add(field, "A channel is an object with kind and to.");
            return null;
        }
        OnlyKnown(json, field + ".", name => name is "kind" or "to" or "secret");
        var (kind, to) = (Text(json, "kind", $"{field}.kind"), Text(json, "to", $"{field}.to")?.Trim());
        if (kind is null || !AlertWords.Channels.Contains(kind))
        {
            Add($"{field}.kind", $"It is one of {string.Join(", ", AlertWords.Channels)}.");
            return null;
        }
        var (channel, wrong) = AlertChannels.Check(kind, to, IsKept ? null : hosts);
        if (wrong is not null) Add($"{field}.to", wrong);
        return channel;
    }
}

/// <summary>Reads a channel by itself.</summary>
public sealed class AlertChannelReader(HookHosts hosts) : DefinitionReader
{
    /// <returns>Null = see <see cref="DefinitionReader.Errors"/>.</returns>
    public AlertChannel? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add("", "A channel is an object with kind and to.");
            return null;
        }
        OnlyKnown(json, "", name => name is "kind" or "to");
        var (kind, to) = (Text(json, "kind"), Text(json, "to")?.Trim());
        if (kind is null || !AlertWords.Channels.Contains(kind)) Add("kind", $"It is one of {string.Join(", ", AlertWords.Channels)}.");
        var channel = kind is not null && IsGood ? Check(kind, to, "to") : null;
        return IsGood ? channel : null;
    }

    private AlertChannel? Check(string kind, string? to, string field)
    {
        var (channel, wrong) = AlertChannels.Check(kind, to, hosts);
        if (wrong is not null) Add(field, wrong);
        return channel;
    }
}

/// <summary>What an address of a channel must be.</summary>
public static class AlertChannels
{
    private const int LongestAddress = 2_000;

    /// <param name="hosts">Which addresses may be called; null = it was checked when it was kept.</param>
    public static (AlertChannel? Channel, string? Wrong) Check(string kind, string? to, HookHosts? hosts)
    {
        if (kind == AlertWords.Page) return to is { Length: > 0 } ? (null, "The page needs no address.") : (new AlertChannel(kind, null), null);
        if (to is null or "") return (null, kind == AlertWords.Mail ? "It is the address that the mail goes to." : "It is the address that is called.");
        if (to.Length > LongestAddress) return (null, $"It has at most {LongestAddress} characters.");
        if (kind == AlertWords.Mail)
            return Addresses.Normalize(to) is { } address ? (new AlertChannel(kind, address), null) : (null, Addresses.WhyNot(to.Length > 80 ? to[..80] : to));
        return hosts?.WhyNot(to) is { } why ? (null, why) : (new AlertChannel(kind, to), null);
    }
}
