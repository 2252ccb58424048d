using System.Globalization;
using System.Text;

namespace Observatory.Web.Operations;

/// <summary>Writes the text form of Prometheus: each metric with its help and type, then its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private const string Prefix = "observatory_";

    private readonly StringBuilder _text = new();

    /// <param name="name">Without the prefix.</param>
    /// <param name="help">What it says, in one line.</param>
    public PrometheusText Gauge(string name, string help, double value) => Begin(name, "gauge", help).Sample(name, value);

    /// <inheritdoc cref="Gauge"/>
    public PrometheusText Counter(string name, string help, double value) => Begin(name, "counter", help).Sample(name, value);

    /// <param name="type">gauge, counter or summary.</param>
    public PrometheusText Begin(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(Prefix).Append(name).Append(' ').Append(Escape(help, isLabel: false)).Append('\n')
            .Append("# TYPE ").Append(Prefix).Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>Of the metric that was begun last.</summary>
    public PrometheusText Sample(string name, double value, params ReadOnlySpan<(string Label, string Value)> labels)
    {
        _text.Append(Prefix).Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Label).Append("=\"").Append(Escape(labels[i].Value, isLabel: true)).Append('"');
        }
        if (labels.Length > 0) _text.Append('}');
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Escape(string text, bool isLabel)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
