using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Pricing;

public sealed class ModelIdTests
{
    [Theory]
    [InlineData("claude-opus-4-6", "claude-opus-4-6")]
    [InlineData("claude-opus-4-6[1m]", "claude-opus-4-6")]
    [InlineData("claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5")]
    [InlineData("claude-sonnet-4-20250514", "claude-sonnet-4")]
    [InlineData("claude-3-5-haiku-20241022", "claude-3-5-haiku")]
    [InlineData("claude-3-5-haiku-latest", "claude-3-5-haiku")]
    [InlineData("us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6")]
    [InlineData("us.anthropic.claude-opus-4-6-v1", "claude-opus-4-6")]
    [InlineData("global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5")]
    [InlineData("eu.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]", "claude-sonnet-4-5")]
    [InlineData("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku")]
    [InlineData("bedrock/us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6")]
    [InlineData("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6")]
    [InlineData("claude-opus-4-6@20260205", "claude-opus-4-6")]
    [InlineData("claude-opus-4-6@default", "claude-opus-4-6")]
    [InlineData("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5")]
    [InlineData("anthropic/claude-opus-5-5", "claude-opus-5-5")]
    [InlineData("anthropic/claude-opus-4.6", "claude-opus-4-6")]
    [InlineData("openrouter/anthropic/claude-3.5-haiku", "claude-3-5-haiku")]
    [InlineData(" Claude-Opus-5 ", "claude-opus-5")]
    public void Normalize_Spelling_GivesThePlainId(string id, string expected) => Assert.Equal(expected, ModelId.Normalize(id));

    [Theory]
    [InlineData("claude-opus-5-5")]
    [InlineData("claude-opus-5")]
    [InlineData("claude-opus-5-5-mini")]
    [InlineData("acme-proxy/claude-x1")]
    [InlineData("gpt-5.2")]
    [InlineData("<synthetic>")]
    [InlineData("claude-x1-20")]
    public void Normalize_AnotherModel_IsLeftAlone(string id) => Assert.Equal(id, ModelId.Normalize(id));

    [Fact]
    public void Normalize_Twice_ChangesNothing()
    {
        foreach (var id in new[] { "us.anthropic.claude-opus-4-6-20260101-v1:0[1m]", "vertex_ai/claude-sonnet-4-5@20250929", "arn:aws:bedrock:eu-west-1:1:foundation-model/anthropic.claude-3-haiku-20240307-v1:0" })
        {
            var once = ModelId.Normalize(id);
            Assert.Equal(once, ModelId.Normalize(once));
        }
    }
}
