using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Observatory.Core.Statistics.Anomalies;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>
/// What an episode is called: its metric, filters, kind and start, written so that they can be read back. The same everywhere, without a row of any
/// store behind it, and safe in a path.
/// </summary>
/// <param name="Start">Unix ms.</param>
public sealed record AnomalyId(string Metric, MetricsFilter Filter, AnomalyKind Kind, long Start)
{
    private const int LongestText = 8_000;

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Written
    {
        Metric = Metric, Kind = (int)Kind, Start = Start, Users = Some(Filter.Users), Projects = Some(Filter.Projects), Models = Some(Filter.Models),
        Sources = Some(Filter.Sources),
    }));

    /// <summary>Null = it is none.</summary>
    public static AnomalyId? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > LongestText || !Base64Url.IsValid(text)) return null;
        try
        {
            if (JsonSerializer.Deserialize<Written>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is not { Metric.Length: > 0 } read) return null;
            var filter = new MetricsFilter(read.Users ?? [], read.Projects ?? [], read.Models ?? [], read.Sources ?? []);
            var id = new AnomalyId(read.Metric, filter, (AnomalyKind)read.Kind, read.Start);
            // One name a thing: what is written otherwise is none.
            return Enum.IsDefined(id.Kind) && id.ToString() == text ? id : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>In one order, each once: alternatives have none.</summary>
    public static MetricsFilter Ordered(MetricsFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new MetricsFilter(Sorted(filter.Users), Sorted(filter.Projects), Sorted(filter.Models), Sorted(filter.Sources));
    }

    private static string[] Sorted(IReadOnlyList<string> values) => [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string[]? Some(IReadOnlyList<string> values) => values.Count == 0 ? null : Sorted(values);

    private sealed record Written
    {
        [JsonPropertyName("m"), JsonPropertyOrder(0)]
        public required string Metric { get; init; }

        [JsonPropertyName("k"), JsonPropertyOrder(1)]
        public int Kind { get; init; }

        [JsonPropertyName("t"), JsonPropertyOrder(2)]
        public long Start { get; init; }

        [JsonPropertyName("u"), JsonPropertyOrder(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string[]? Users { get; init; }

        [JsonPropertyName("p"), JsonPropertyOrder(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string[]? Projects { get; init; }

        [JsonPropertyName("d"), JsonPropertyOrder(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string[]? Models { get; init; }

        [JsonPropertyName("s"), JsonPropertyOrder(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string[]? Sources { get; init; }
    }
}
