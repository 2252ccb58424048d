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
    [InlineData("claude-sonnet-4-0", "claude-sonnet-4")]
    [InlineData("claude-4-sonnet-20250514", "claude-sonnet-4")]
    [InlineData("claude-4-opus-20250514", "claude-opus-4")]
    [InlineData("claude-4.5-opus-high-thinking", "claude-opus-4-5")]
    [InlineData("claude-4.1-opus", "claude-opus-4-1")]
    [InlineData("claude-haiku-3-5", "claude-3-5-haiku")]
    [InlineData("claude-haiku-3", "claude-3-haiku")]
    [InlineData("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet")]
    [InlineData("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet")]
    [InlineData("anthropic.claude-3-sonnet-20240229-v1:0:200k", "claude-3-sonnet")]
    [InlineData("anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet")]
    [InlineData("claude-3.7-sonnet-thought", "claude-3-7-sonnet")]
    [InlineData("anthropic/claude-opus-4.6:beta", "claude-opus-4-6")]
    [InlineData("openrouter/anthropic/claude-sonnet-4.5:online", "claude-sonnet-4-5")]
    [InlineData("claude-sonnet-4-5-20250929-thinking", "claude-sonnet-4-5")]
    [InlineData("claude-sonnet-4-5-thinking-32000", "claude-sonnet-4-5")]
    [InlineData("claude-opus-4-5-2025-11-01", "claude-opus-4-5")]
    [InlineData("claude-opus-4.6-1m", "claude-opus-4-6")]
    [InlineData("claude-sonnet-4-1m", "claude-sonnet-4")]
    [InlineData("claude-opus-4-8-fast[1m]", "claude-opus-4-8")]
    [InlineData("bedrock/converse/us.anthropic.claude-opus-4-6-v1", "claude-opus-4-6")]
    [InlineData("bedrock/us-east-1/anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4")]
    [InlineData("bedrock:us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5")]
    [InlineData("arn:aws-us-gov:bedrock:us-gov-west-1:1:inference-profile/us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0", "claude-3-7-sonnet")]
    [InlineData("projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514", "claude-sonnet-4")]
    [InlineData("azure_ai/claude-sonnet-4-5", "claude-sonnet-4-5")]
    [InlineData("github_copilot/claude-sonnet-4.5", "claude-sonnet-4-5")]
    [InlineData("databricks-claude-sonnet-4-5", "claude-sonnet-4-5")]
    [InlineData("databricks/databricks-claude-opus-4-1", "claude-opus-4-1")]
    [InlineData("litellm/anthropic/claude-sonnet-4-5", "claude-sonnet-4-5")]
    [InlineData("anthropic--claude-4.5-sonnet", "claude-sonnet-4-5")]
    [InlineData("anthropic:claude-haiku-4-5", "claude-haiku-4-5")]
    [InlineData("@anthropic/claude-haiku-4-5", "claude-haiku-4-5")]
    [InlineData("acme-gateway/claude-opus-5", "claude-opus-5")]
    public void Normalize_Spelling_GivesThePlainId(string id, string expected) => Assert.Equal(expected, ModelId.Normalize(id));

    [Theory]
    [InlineData("claude-opus-5-5")]
    [InlineData("claude-opus-5")]
    [InlineData("claude-opus-5-5-mini")]
    [InlineData("acme-proxy/claude-x1")]
    [InlineData("gpt-5.2")]
    [InlineData("<synthetic>")]
    [InlineData("claude-x1-20")]
    [InlineData("my-claude-opus-5")]
    [InlineData("acme/claude-opus-5-distilled")]
    [InlineData("claude-opus-4-6-lite")]
    [InlineData("claude-opus-456")]
    [InlineData("claude-mythos-preview")]
    [InlineData("claude-2.1")]
    [InlineData("claude-sonnet-latest")]
    [InlineData("sonnet")]
    [InlineData("opus[1m]")]
    [InlineData("anthropic/claude-sonnet-4.5:free")]
    [InlineData("arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123")]
    public void Normalize_AnotherModel_IsLeftAlone(string id) => Assert.Equal(id, ModelId.Normalize(id));

    [Theory]
    [InlineData("us.anthropic.claude-opus-4-6-v1:0", true)]
    [InlineData("us-gov.anthropic.claude-opus-4-6-20260205-v1:0", true)]
    [InlineData("bedrock/apac.anthropic.claude-opus-4-6-v1:0", true)]
    [InlineData("bedrock/us-east-1/anthropic.claude-opus-4-6-v1", true)]
    [InlineData("arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-6-v1", true)]
    [InlineData("projects/p/locations/europe-west1/publishers/anthropic/models/claude-opus-4-6", true)]
    [InlineData("projects/p/locations/eu/publishers/anthropic/models/claude-opus-4-6", true)]
    [InlineData("azure/eu/claude-opus-4-6", true)]
    [InlineData("global.anthropic.claude-opus-4-6-v1:0", false)]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-opus-4-6-v1:0", false)]
    [InlineData("projects/p/locations/global/publishers/anthropic/models/claude-opus-4-6", false)]
    [InlineData("anthropic.claude-opus-4-6-v1:0", false)]
    [InlineData("aws.anthropic.claude-opus-4-6", false)]
    [InlineData("vertex_ai/claude-opus-4-6@default", false)]
    [InlineData("claude-opus-4-6", false)]
    public void Parse_Endpoint_IsRegionalUnlessItIsOfTheWholeWorld(string id, bool isRegional) =>
        Assert.Equal(new ModelName("claude-opus-4-6", isRegional, false), ModelId.Parse(id));

    [Theory]
    [InlineData("anthropic/claude-opus-4.8-fast", true)]
    [InlineData("anthropic/claude-opus-4.8:fast", true)]
    [InlineData("claude-opus-4-8-20260601-fast", true)]
    [InlineData("claude-opus-4-8", false)]
    public void Parse_Speed_CanStandInTheId(string id, bool isFast) => Assert.Equal(new ModelName("claude-opus-4-8", false, isFast), ModelId.Parse(id));

    [Fact]
    public void Parse_LongestAndStrangestIds_AreLeftAlone()
    {
        Assert.Equal("", ModelId.Normalize("  "));
        Assert.Equal("claude-opus-4/", ModelId.Normalize("claude-opus-4/"));
        var endless = "claude-opus-4-6" + string.Concat(Enumerable.Repeat("-thinking-1", 200));
        Assert.Equal(endless, ModelId.Normalize(endless));
        var doubtful = "claude-opus-4-6" + string.Concat(Enumerable.Repeat("-thinking-1", 40)) + "!";
        Assert.Equal(doubtful, ModelId.Normalize(doubtful));
    }

    [Fact]
    public void Normalize_Twice_ChangesNothing()
    {
        foreach (var id in new[] { "us.anthropic.claude-opus-4-6-20260101-v1:0[1m]", "vertex_ai/claude-sonnet-4-5@20250929",
            "arn:aws:bedrock:eu-west-1:1:foundation-model/anthropic.claude-3-haiku-20240307-v1:0" })
        {
            var once = ModelId.Normalize(id);
            Assert.Equal(once, ModelId.Normalize(once));
        }
    }
}
