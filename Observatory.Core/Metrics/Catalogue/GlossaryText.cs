using System.Text;

namespace Observatory.Core.Metrics.Catalogue;

/// <summary>The catalogue as a document.</summary>
public static class GlossaryText
{
    /// <summary>Markdown, the same at every call.</summary>
    public static string Markdown(MetricCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var text = new StringBuilder("# Glossary\n\n");
        text.Append("Made from `Observatory.Core/Metrics/Catalogue`, and held by a test: change it there. ");
        text.Append("The program shows the same at `/help/figures` and `GET /api/glossary`.\n\n");
        text.Append("## Metrics\n\nWhat can be asked for by name, over time and by dimension.\n\n");
        foreach (var metric in catalogue.Metrics)
        {
            Append(text, metric);
            text.Append("- By: ").AppendJoin(", ", metric.Dimensions).Append(". ").Append(WordFor(metric.Aggregation)).Append("\n\n");
        }
        text.Append("## Other figures\n\n");
        foreach (var figure in catalogue.Figures.Where(f => f is not MetricDefinition))
        {
            Append(text, figure);
            text.Append('\n');
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>How its parts become one, in a sentence.</summary>
    public static string WordFor(MetricAggregation aggregation) => aggregation switch
    {
        MetricAggregation.Sum => "Values of parts add up.",
        MetricAggregation.Distinct => "Different ones are counted, so values of parts do not add up.",
        MetricAggregation.Ratio => "Over several parts it is sum ÷ sum, never a mean of means.",
        MetricAggregation.Percentile => "Over several parts it is that of all values together.",
        MetricAggregation.Mean => "Over several parts it is sum ÷ count, never a mean of means; percentiles can be asked for.",
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "No such aggregation."),
    };

    private static void Append(StringBuilder text, Figure figure)
    {
        text.Append("### ").Append(figure.Title).Append("\n\n`").Append(figure.Name).Append('`');
        foreach (var name in figure.AlsoNamed) text.Append(", `").Append(name).Append('`');
        text.Append(" · ").Append(figure.Unit).Append("\n\n").Append(figure.Definition).Append("\n\n");
        if (figure.Formula is { } formula) text.Append("- Formula: ").Append(formula).Append('\n');
        if (figure.Excludes is { } excludes) text.Append("- Leaves out: ").Append(excludes).Append('\n');
    }
}
