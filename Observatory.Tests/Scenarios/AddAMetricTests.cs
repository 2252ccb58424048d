using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>A new metric takes one entry and its recount (docs/how-to-add.md): with them it is everywhere.</summary>
public sealed class AddAMetricTests
{
    private const string Range = "start=2026-11-09T00:00:00Z&end=2026-11-23T00:00:00Z";

    private static readonly MetricDefinition s_entry = new()
    {
        Name = "tokensPerAnswer", Title = "Tokens an answer", Unit = Units.Tokens, Aggregation = MetricAggregation.Ratio,
        Dimensions = Dimensions.OfAnswers, Definition = "Mean number of tokens of an answer.", Formula = "tokens ÷ assistantMessages",
        Value = s => s.Sum[Measure.AssistantMessages] == 0 ? null : (double)s.Tokens / s.Sum[Measure.AssistantMessages],
    };

    private static double? Recount(NaiveFigures own) => own.Messages.Count == 0 ? null : (double)own.Tokens / own.Messages.Count;

    [Fact]
    public async Task One_entry_is_enough()
    {
        await using var host = new WebHost(new FakeTimeProvider(Fixture.End), (Fixture.Root, Fixture.Owner))
        {
            Change = services => services.AddSingleton(new MetricCatalogue([.. MetricCatalogue.Default.Metrics, s_entry])),
        };
        _ = host.Server;
        await host.IdleAsync();
        using var client = host.Program();
        var naive = new NaiveRecount((Fixture.Root, Fixture.Owner));
        var models = naive.Responses.Select(r => r.Model!).Distinct().Order(StringComparer.Ordinal).ToList();

        var answer = await client.JsonAsync($"/api/analytics/timeseries?metric=tokensPerAnswer&groupBy=model&interval=1M&{Range}");
        Assert.Equal("tokens", answer.GetProperty("unit").GetString());
        Assert.Equal(
            models.Select(m => (m, Recount(naive.In(Fixture.Start, Fixture.End, i => i.Model == m)))).Where(m => m.Item2 is not null),
            answer.GetProperty("series").EnumerateArray().Select(s =>
                (s.GetProperty("tags").GetProperty("model").GetString()!, (double?)s.GetProperty("points")[0].GetProperty("value").GetDouble())));
        var csv = await client.GetStringAsync($"/api/analytics/timeseries.csv?metric=tokensPerAnswer&interval=1M&{Range}",
            TestContext.Current.CancellationToken);
        Assert.StartsWith("timestamp,local,value\r\n2026-11-01T00:00:00Z,2026-11-01 00:00:00,", csv, StringComparison.Ordinal);
        var metrics = (await client.JsonAsync("/api/analytics/metrics")).GetProperty("items").EnumerateArray();
        Assert.Contains(metrics, m => m.GetProperty("name").GetString() == "tokensPerAnswer" && m.GetProperty("kind").GetString() == "builtIn");
        var glossary = (await client.JsonAsync("/api/glossary")).EnumerateArray();
        Assert.Contains(glossary, e => e.GetProperty("name").GetString() == "tokensPerAnswer" && e.GetProperty("formula")
            .GetString() == "tokens ÷ assistantMessages");
        var page = await client.GetStringAsync("/help/figures", TestContext.Current.CancellationToken);
        Assert.Contains("Mean number of tokens of an answer.", page, StringComparison.Ordinal);
        Assert.Contains("Tokens an answer", GlossaryText.Markdown(host.Services.GetRequiredService<MetricCatalogue>()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_says_it_word_for_word()
    {
        var document = File.ReadAllText(Path.Combine(Architecture.ReadmeTests.TopFolder, "docs", "how-to-add.md"));
        Assert.Contains("Value = s => s.Sum[Measure.AssistantMessages] == 0 ? null : (double)s.Tokens / s.Sum[Measure.AssistantMessages],", document,
            StringComparison.Ordinal);
        Assert.Contains("own.Messages.Count == 0 ? null : (double)own.Tokens / own.Messages.Count", document, StringComparison.Ordinal);
        foreach (System.Text.RegularExpressions.Match place in System.Text.RegularExpressions.Regex.Matches(document, @"`((?:Core|Web|Tests)/[\w/.]+)`"))
        {
            var path = Path.Combine(Architecture.ReadmeTests.TopFolder, "Observatory." + place.Groups[1].Value);
            Assert.True(Path.Exists(path), $"{place.Groups[1].Value} is not there.");
        }
    }
}
