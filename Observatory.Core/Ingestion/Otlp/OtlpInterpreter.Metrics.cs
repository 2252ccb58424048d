using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Observatory.Core.Events;

namespace Observatory.Core.Ingestion.Otlp;

internal sealed partial class OtlpInterpreter
{
    private const string TokenMetric = "claude_code.token.usage";

    /// <summary>Of the resource: they say where the client ran, not what the value is of, and would only multiply series.</summary>
    private static readonly string[] s_noise = ["host.", "os.", "process.", "telemetry.", "container.", "k8s.", "service.name", "service.instance.id",
        "service.namespace", "wsl.version"];

    public void Point(OtlpScope scope, OtlpPoint point)
    {
        // The sender had nothing to say: neither a value nor a fault.
        if (point.HasNoValue) return;
        _fault = point.Attributes.Fault ?? scope.Resource.Fault;
        var metric = NameOrUnknown(point.Metric, "The metric's name");
        var at = Instant(point.Time);
        if (point.Attributes.Count > OtlpLimits.Tags) Fail($"It has more than {OtlpLimits.Tags} attributes.");
        // A distribution may leave its sum out; a number has a value.
        if (point is { Value: null, Kind: not OtlpPointKind.Distribution }) Fail("It has no value.");
        if (point.Value is { } given && !double.IsFinite(given)) Fail("Its value is not a finite number.");
        var session = Name(point.Attributes, OtlpName.SessionId) ?? "";
        ResponseEvent? tokens = null;
        var tags = "";
        if (_fault is null)
        {
            tags = Tags(point.Attributes, scope.Resource);
            if (metric == TokenMetric && IsClient(scope)) tokens = Tokens(scope, point, tags, session, at);
        }
        var batch = _fault is null ? BatchOf(point.Attributes, scope) : null;
        if (_fault is not null)
        {
            Reject(point.Attributes, scope, metric, point.Time);
            return;
        }
        // Only what grows can be told apart into its growth; all else is a sample.
        var start = point is { IsCumulative: true, IsMonotonic: true } ? (long)(point.StartTime / 1_000_000) : 0;
        if (point.Kind != OtlpPointKind.Distribution) batch!.Points.Add(new MetricPoint(PointKey(point, metric, tags, 0), metric, tags, at,
            point.Value!.Value, start));
        else
        {
            if (point.Value is { } sum) batch!.Points.Add(new MetricPoint(PointKey(point, metric, tags, 1), metric + ".sum", tags, at, sum, start));
            batch!.Points.Add(new MetricPoint(PointKey(point, metric, tags, 2), metric + ".count", tags, at, point.Count, start));
        }
        if (tokens is not null) batch!.Events.Add(tokens);
        _taken++;
    }

    /// <summary>Null where the kind of tokens is not known: then it is a value of a metric and nothing more.</summary>
    private ResponseEvent? Tokens(OtlpScope scope, OtlpPoint point, string tags, string session, long at)
    {
        var a = point.Attributes;
        var count = Math.Round(point.Value!.Value);
        if (count is < 0 or > TokenUsage.Limit)
        {
            Fail("Its value is not a number of tokens from 0 to 10^12.");
            return null;
        }
        var (usage, cacheWrite) = a.Text(OtlpName.Type) switch
        {
            "input" => (new TokenUsage { Input = (long)count }, 0L),
            "output" => (new TokenUsage { Output = (long)count }, 0L),
            "cacheRead" => (new TokenUsage { CacheRead = (long)count }, 0L),
            // Without a split, as everywhere.
            "cacheCreation" => (default(TokenUsage), (long)count),
            _ => (default(TokenUsage), -1L),
        };
        if (cacheWrite < 0) return null;
        return new ResponseEvent
        {
            Key = PointKey(point, TokenMetric, tags, 0), Kind = point.IsCumulative ? CallKind.Total : CallKind.Metric, At = at, Conversation = session,
                Version = Version(a, scope), Model = Name(a, OtlpName.Model),
            Request = RecordKeys.Series(TokenMetric, tags, point.StartTime), Usage = usage, CacheWriteField = cacheWrite, IsAuxiliary = true,
            IsSidechain = QuerySources.IsAgent(a.Text(OtlpName.QuerySource)),
        };
    }

    private static EventKey PointKey(OtlpPoint point, string metric, string tags, byte part) =>
        RecordKeys.OfPoint(metric, tags, point.StartTime, point.Time, part);

    /// <summary>Strings by name, in ordinal order. The point's own go before the resource's.</summary>
    private static string Tags(OtlpAttributes point, OtlpAttributes resource)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in point.Items) tags[name] = Tag(value);
        foreach (var (name, value) in resource.Items)
        {
            if (tags.Count < OtlpLimits.Tags && !Array.Exists(s_noise, noise => name.StartsWith(noise, StringComparison.Ordinal))) tags.TryAdd(name,
                Tag(value));
        }
        return AttributeJson.Write([.. tags.Select(t => KeyValuePair.Create(t.Key, OtlpValue.Of(t.Value)))]);
    }

    /// <summary>A long value is cut, with a mark of the whole so that two of one beginning stay two.</summary>
    private static string Tag(OtlpValue value)
    {
        var text = value.AsText() ?? "";
        if (text.Length <= OtlpLimits.Name) return text;
        var mark = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture);
        return AttributeJson.Cut(text, OtlpLimits.Name - mark.Length) + mark;
    }
}
