using Observatory.Core.Ingestion.Enrichment;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Enrichment;

public sealed class PromptScaleTests
{
    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(99, 1, 1)]
    [InlineData(100, 2, 1)]
    [InlineData(237, 2, 1)]
    [InlineData(238, 2, 2)]
    [InlineData(1_428, 3, 3)]
    [InlineData(10_000, 5, 4)]
    [InlineData(int.MaxValue, 5, 4)]
    public void A_length_has_a_step_of_each_scale(int characters, int length, int reading)
    {
        Assert.Equal(length, PromptScale.LengthOf(characters));
        Assert.Equal(reading, PromptScale.ReadingOf(characters));
        if (length == 0) return;
        Assert.NotEmpty(PromptScale.LengthName(length));
        Assert.NotEmpty(PromptScale.ReadingName(reading));
    }

    [Theory]
    [InlineData("claude-opus-4-6", "opus")]
    [InlineData("us.anthropic.claude-opus-4-6-v1:0", "opus")]
    [InlineData("openrouter/anthropic/claude-4.6-sonnet:beta", "sonnet")]
    [InlineData("claude-3-5-haiku-20241022", "haiku")]
    [InlineData("Acme/Unpriced-1", "acme/unpriced-1")]
    public void Spellings_of_models_have_one_family(string model, string family) => Assert.Equal(family, ModelId.FamilyOf(model));
}
