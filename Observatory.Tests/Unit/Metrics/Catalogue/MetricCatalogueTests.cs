using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Tests.Architecture;
using Xunit;

namespace Observatory.Tests.Unit.Metrics.Catalogue;

public sealed class MetricCatalogueTests
{
    /// <summary>As routes, files, alerts and reports take them.</summary>
    private static readonly string[] s_names =
    [
        "conversations", "messages", "userMessages", "assistantMessages", "tokens", "inputTokens", "outputTokens", "cacheCreationTokens",
        "cacheReadTokens", "cost", "toolCalls", "toolErrors", "apiErrors", "errorRate", "toolErrorRate", "cacheHitRate", "tokenEfficiency",
        "averageResponseTime", "p95ResponseTime", "activeUsers", "activeSeconds",
    ];

    /// <summary>Numbers in answers that are no figures: places, and parts of a series whose metric has an entry.</summary>
    private static readonly string[] s_noFigures = ["number", "line", "offset", "value", "color", "version"];

    private static MetricCatalogue Catalogue => MetricCatalogue.Default;

    [Fact]
    public void All_metrics_that_can_be_asked_for_by_name_are_there() =>
        Assert.Equal([.. s_names, "timeToFirstToken", "apiLatency", "toolTime", "permissionWait", "events"], Catalogue.Metrics.Select(m => m.Name));

    [Fact]
    public void A_name_leads_to_one_entry()
    {
        var names = Catalogue.Figures.SelectMany(f => f.AlsoNamed.Prepend(f.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.NotNull(Catalogue.Explain(name)));
        Assert.Null(Catalogue.Explain("nothing"));
        Assert.Equal("tokens", Catalogue.Explain("totalTokens")!.Name);
    }

    [Fact]
    public void Every_entry_says_what_it_is_in_a_sentence() => Assert.All(Catalogue.Figures, figure =>
    {
        Assert.Matches("^[a-z][A-Za-z0-9]*$", figure.Name);
        Assert.Matches(@"^[A-Z0-9].*\.$", figure.Definition);
        Assert.NotEmpty(figure.Title);
        Assert.NotEmpty(figure.Unit);
        Assert.True(figure.Excludes is null or [.., '.'], figure.Name);
    });

    [Fact]
    public void Every_figure_of_an_answer_has_an_entry()
    {
        Type[] answers =
        [
            typeof(OverviewFigures), typeof(PerformanceFigures), typeof(TopUser), typeof(LongConversation), typeof(PeakHour), typeof(ToolRow),
            typeof(ConversationRow),
            typeof(UserFigures), typeof(SystemFigures), typeof(PipelineFigures), typeof(ImportFigures), typeof(SourceRow), typeof(DriftRow), typeof(ServiceRow),
            typeof(WriterFaultFigures), typeof(Turn), typeof(Step), typeof(Web.Api.ProjectAnswer), typeof(Web.Api.ModelAnswer),
        ];
        var figures = answers.SelectMany(t => t.GetProperties()).Where(IsFigure)
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Distinct().ToList();
        Assert.True(figures.Count > 60);
        Assert.DoesNotContain(figures.Except(s_noFigures), name => Catalogue.Explain(name) is null);
    }

    [Fact]
    public void The_glossary_in_the_documents_is_made_from_it() =>
        Assert.Equal(GlossaryText.Markdown(Catalogue), File.ReadAllText(Path.Combine(ReadmeTests.TopFolder, "docs", "glossary.md")).ReplaceLineEndings("\n"));

    private static bool IsFigure(PropertyInfo property)
    {
        if (property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always }) return false;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(decimal);
    }
}
