using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>Models as clients, clouds and gateways write them, each with one call of 1,000 tokens in, 1,000 out and 10,000 read from the cache.</summary>
public sealed class CaseModelNamesTests
{
    /// <summary>USD for a million tokens: input, output, read, and by how many hundredths the endpoint is dearer.</summary>
    private static readonly Dictionary<string, (decimal Input, decimal Output, decimal Read, int More)?> s_prices = Table("""
        5 25 0.50 0: claude-opus-4-8, claude-opus-4-8[1m], global.anthropic.claude-opus-4-8, anthropic.claude-opus-4-8, CLAUDE-OPUS-4-8
        5 25 0.50 0: claude-opus-4-6@default, anthropic/claude-opus-4.6:beta, azure/claude-opus-4-6, claude-opus-4-5-thinking, claude-opus-5
        5 25 0.50 10: us.anthropic.claude-opus-4-8-v1:0, eu.anthropic.claude-opus-4-7, bedrock/us.anthropic.claude-opus-4-6-v1
        5 25 0.50 10: bedrock/converse/us.anthropic.claude-opus-4-6-v1
        10 50 1.00 0: anthropic/claude-opus-4.8-fast
        3 15 0.30 10: jp.anthropic.claude-sonnet-4-5-20250929-v1:0, us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0
        3 15 0.30 10: au.anthropic.claude-sonnet-4-5-20250929-v1:0, ca.anthropic.claude-sonnet-4-5-20250929-v1:0
        3 15 0.30 0: bedrock/us-east-1/anthropic.claude-sonnet-4-20250514-v1:0, us.anthropic.claude-sonnet-4-20250514-v1:0[1m]
        3 15 0.30 0: arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0
        3 15 0.30 0: arn:aws-us-gov:bedrock:us-gov-west-1:1:inference-profile/us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0
        3 15 0.30 0: claude-sonnet-4-5@20250929, vertex_ai/claude-sonnet-4@20250514, anthropic/claude-sonnet-4.5, openrouter/anthropic/claude-sonnet-4.5
        3 15 0.30 0: anthropic/claude-3.7-sonnet:thinking, azure_ai/claude-sonnet-4-5, github_copilot/claude-sonnet-4.5, databricks-claude-sonnet-4-5
        3 15 0.30 0: litellm/anthropic/claude-sonnet-4-5, claude-3-5-sonnet-20241022, claude-3-5-sonnet-20240620, claude-3-5-sonnet-latest
        3 15 0.30 0: us.anthropic.claude-3-5-sonnet-20241022-v2:0, claude-3-sonnet-20240229, claude-3-7-sonnet-20250219, claude-4-sonnet-20250514
        3 15 0.30 0: claude-sonnet-4-0, claude-sonnet-4-5-20250929-thinking, claude-sonnet-4-5-20250929-v1:0
        15 75 1.50 0: claude-3-opus-20240229, claude-4-opus-20250514, claude-opus-4-20250514, claude-opus-4-1-20250805
        0.25 1.25 0.03 0: claude-3-haiku-20240307
        0.80 4 0.08 0: claude-3-5-haiku-20241022
        1 5 0.10 0: claude-haiku-4-5-20251001, claude-haiku-4-5
        2 10 0.20 0: claude-sonnet-5
        0.10 0.50 0.01 0: claude-haiku-5-5
        4 20 0.20 0: claude-opus-5-5
        8 40 0.20 0: claude-fable-5-2
        10 50 0.25 0: claude-fable-5-1
        10 50 1.00 0: claude-fable-5, claude-mythos-5
        none: arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123, claude-mythos-preview, glm-4.6, kimi-k2-0905-preview
        none: deepseek-chat, gpt-5.6-sol, sonnet, opus, claude-instant-1.2, claude-2.1
        """);

    [Fact]
    public async Task Every_spelling_has_its_models_price_and_no_other()
    {
        await using var core = await CaseCore.ImportAsync("30-model-names");
        await using var db = await core.Core.OpenAsync();
        var names = await db.Names.ToDictionaryAsync(n => n.Id, n => n.Text);
        var rows = await db.Responses.ToListAsync();
        var seen = rows.Select(r => names[r.ModelId]).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(s_prices.Keys.Append("claude-sonnet-5-5").Order(StringComparer.Ordinal), seen);
        foreach (var row in rows.Where(r => names[r.ModelId] != "claude-sonnet-5-5"))
        {
            var nano = s_prices[names[row.ModelId]] is { } p ? (long?)((p.Input + p.Output + 10 * p.Read) * 1_000_000 * (100 + p.More) / 100) : null;
            Assert.Equal((names[row.ModelId], nano), (names[row.ModelId], row.Cost));
        }
        // Its reads are cheaper since 7 October; the day before its first row has that row's price.
        Assert.Equal(
            [("2026-09-27", 14_000_000L), ("2026-09-28", 14_000_000L), ("2026-10-07", 13_000_000L)],
            rows.Where(r => names[r.ModelId] == "claude-sonnet-5-5").OrderBy(r => r.At)
                .Select(r => (DateTimeOffset.FromUnixTimeMilliseconds(r.At).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), r.Cost!.Value)));
    }

    private static Dictionary<string, (decimal, decimal, decimal, int)?> Table(string text) => text.Split('\n').SelectMany(line =>
    {
        var (prices, models) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
        var p = prices == "none" ? [] : prices.Split(' ').Select(x => decimal.Parse(x, CultureInfo.InvariantCulture)).ToArray();
        return models.Split(", ").Select(m => (Model: m, Price: p.Length == 0 ? ((decimal, decimal, decimal, int)?)null : (p[0], p[1], p[2], (int)p[3])));
    }).ToDictionary(x => x.Model, x => x.Price);
}
