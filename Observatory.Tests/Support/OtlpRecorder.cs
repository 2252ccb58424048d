using System.Globalization;
using System.Text;
using Observatory.Core.Ingestion.Otlp;

namespace Observatory.Tests.Support;

/// <summary>Writes down what a reader reports, one line an item.</summary>
internal sealed class OtlpRecorder : IOtlpHandler
{
    public List<string> Lines { get; } = [];

    public static List<string> Read(OtlpSignal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body)
    {
        var recorder = new OtlpRecorder();
        OtlpRequest.Read(signal, encoding, body, recorder);
        return recorder.Lines;
    }

    public void Log(OtlpScope scope, OtlpLog log) =>
        Add(string.Create(CultureInfo.InvariantCulture,
            $"log {Where(scope)} {log.Time} {log.ObservedTime} {log.EventName} {Value(log.Body)} {Attributes(log.Attributes)}"));

    public void Point(OtlpScope scope, OtlpPoint point) => Add(string.Create(CultureInfo.InvariantCulture,
        $"point {Where(scope)} {point.Metric} {point.Kind} {point.IsCumulative} {point.IsMonotonic} {point.StartTime} {point.Time} {point.Value:R} "
            + $"{point.Count} {point.HasNoValue} {Attributes(point.Attributes)}"));

    public void Span(OtlpScope scope, OtlpSpan span) => Add(string.Create(CultureInfo.InvariantCulture,
        $"span {Where(scope)} {span.TraceId} {span.SpanId} {span.ParentId} {span.Name} {span.Start} {span.End} {span.IsError} {span.StatusMessage} "
            + $"{string.Join(',', span.Events)} {Attributes(span.Attributes)}"));

    private void Add(string line) => Lines.Add(line);

    private static string Where(OtlpScope scope) => $"{scope.Name} {Attributes(scope.Resource)}";

    private static string Attributes(OtlpAttributes attributes)
    {
        var text = new StringBuilder(attributes.Fault);
        foreach (var (name, value) in attributes.Items) text.Append('{').Append(name).Append('=').Append(Value(value)).Append('}');
        return text.ToString();
    }

    private static string Value(OtlpValue value) => $"{value.Kind}:{value.AsText()}";
}
