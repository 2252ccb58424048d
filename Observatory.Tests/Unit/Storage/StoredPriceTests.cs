using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Observatory.Core.Storage.Aliases;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>A later version's prices are for what comes later: a stored row keeps its price until its own figures change.</summary>
public sealed class StoredPriceTests
{
    private const long At = 1_790_000_000_000;
    private const string Model = "claude-opus-5";

    // $5 input, $25 output, $0.50 read for a million tokens; the second book asks double of it.
    private const long FirstPrice = 100 * 5_000 + 10 * 25_000 + 1_000 * 500;

    private static readonly PriceBook s_first = new(ListPrices.All);
    private static readonly PriceBook s_double = new(ListPrices.All.Select(r => r with
    {
        Input = r.Input * 2, Write5m = r.Write5m * 2, Write1h = r.Write1h * 2, Read = r.Read * 2, Output = r.Output * 2,
    }));

    private static readonly TokenUsage s_usage = new(100, 10, 0, 0, 1_000);

    [Fact]
    public async Task A_repeated_line_keeps_the_price()
    {
        var lines = Of(EventSource.Transcript, Response("m", CallKind.Lines));
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(lines, Of(EventSource.Transcript, Response("m", CallKind.Lines))));
        // Copies can be older and say more of what makes no difference.
        var copy = Response("m", CallKind.Lines, at: At - 2_000, tier: "standard");
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(lines, Of(EventSource.Transcript, copy)));
    }

    [Theory]
    [InlineData(CallKind.Lines, EventSource.Transcript, CallKind.Call, EventSource.Otlp)]
    [InlineData(CallKind.Call, EventSource.Otlp, CallKind.Lines, EventSource.Transcript)]
    [InlineData(CallKind.Usage, EventSource.Api, CallKind.Lines, EventSource.Transcript)]
    [InlineData(CallKind.Usage, EventSource.Api, CallKind.Call, EventSource.Otlp)]
    public async Task A_second_source_with_the_same_figures_keeps_the_price(CallKind first, EventSource firstSource, CallKind second, EventSource secondSource)
    {
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(Of(firstSource, Response("a", first)), Of(secondSource, Response("b", second))));
        var spelled = Of(secondSource, Response("b", second, model: Model + "-20260724[1m]"));
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(Of(firstSource, Response("a", first)), spelled));
        // Without a request id they are one by what they say.
        Assert.Equal(
            (FirstPrice, FirstPrice), await CostsAsync(Of(firstSource, Response("a", first, request: 0)), Of(secondSource, Response("b", second, request: 0))));
    }

    [Fact]
    public async Task Another_user_of_the_conversation_keeps_the_price()
    {
        var prompt = new PromptEvent { Key = EventKey.Of(KeySpace.Record, "p"), At = At, Conversation = "s", Length = 5 };
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), Of(EventSource.Otlp, prompt)));
    }

    [Fact]
    public async Task Merged_names_keep_the_price()
    {
        using var data = new TempFolder();
        await using (var core = await StartAsync(s_first, data)) await core.WriteAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)));
        await using var later = await StartAsync(s_double, data);
        await later.WriteAsync(Of(EventSource.Otlp, Response("n", CallKind.Call, request: 9, conversation: "t")));
        Assert.Null(await later.Services.GetRequiredService<IAliases>().MergeAsync("Transcript", "Otlp"));
        await later.WriteAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)));
        Assert.Equal(FirstPrice + 2 * FirstPrice, await CostAsync(later));
    }

    [Fact]
    public async Task A_model_without_a_price_stays_without_until_asked()
    {
        var empty = new PriceBook([]);
        var line = Response("m", CallKind.Lines);
        Assert.Equal((0L, 0L), await CostsAsync(empty, s_first, Of(EventSource.Transcript, line), Of(EventSource.Transcript, Response("m", CallKind.Lines))));
    }

    [Fact]
    public async Task What_changes_is_priced_as_a_whole()
    {
        var more = Of(EventSource.Transcript, Response("m", CallKind.Lines, usage: s_usage with { Output = 20 }));
        Assert.Equal((FirstPrice, 2 * (FirstPrice + 10 * 25_000)), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), more));
        var fast = Of(EventSource.Transcript, Response("m", CallKind.Lines, at: At + 1, speed: "fast"));
        Assert.Equal((FirstPrice, 2 * 2 * FirstPrice), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), fast));
        var batch = Of(EventSource.Transcript, Response("m", CallKind.Lines, at: At + 1, tier: "batch"));
        Assert.Equal((FirstPrice, FirstPrice), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), batch));
        var region = Of(EventSource.Transcript, Response("m", CallKind.Lines, at: At + 1, region: "us"));
        Assert.Equal((FirstPrice, 2 * FirstPrice * 11 / 10), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), region));
        var model = Of(EventSource.Transcript, Response("m", CallKind.Lines, at: At + 1, model: "claude-opus-4-1"));
        Assert.Equal((FirstPrice, 2 * 3 * FirstPrice), await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), model));
    }

    [Fact]
    public async Task What_is_new_has_the_new_price() => Assert.Equal(
        (FirstPrice, FirstPrice + 2 * FirstPrice),
        await CostsAsync(Of(EventSource.Transcript, Response("m", CallKind.Lines)), Of(EventSource.Transcript, Response("n", CallKind.Lines, request: 9))));

    private static Task<(long Before, long After)> CostsAsync(EventBatch before, EventBatch after) => CostsAsync(s_first, s_double, before, after);

    /// <summary>Nano-dollars of all calls after a batch that one book priced, and after another that came under a second book.</summary>
    private static async Task<(long Before, long After)> CostsAsync(PriceBook first, PriceBook second, EventBatch before, EventBatch after)
    {
        using var data = new TempFolder();
        long cost;
        // A batch is written once; this one may serve several times.
        before = before.WithEvents([.. before.Events]);
        await using (var core = await StartAsync(first, data))
        {
            await core.WriteAsync(before);
            cost = await CostAsync(core);
        }
        await using var later = await StartAsync(second, data);
        await later.WriteAsync(after);
        return (cost, await CostAsync(later));
    }

    /// <summary>As conversations have it; quarters must have the same.</summary>
    private static async Task<long> CostAsync(CoreHost core)
    {
        await using var db = await core.OpenAsync();
        var cost = await db.Conversations.SumAsync(c => c.Cost);
        Assert.Equal(cost, await db.Quarters.SumAsync(q => q.Cost));
        Assert.Equal(cost, await db.Responses.Where(r => !r.IsVoid).SumAsync(r => r.Cost ?? 0));
        return cost;
    }

    private static Task<CoreHost> StartAsync(PriceBook prices, TempFolder data) =>
        CoreHost.StartAsync(null, data.Path, services => services.Replace(ServiceDescriptor.Singleton<IPriceBook>(prices)));

    private static EventBatch Of(EventSource source, AnalyticsEvent item)
    {
        var batch = new EventBatch { Source = source, User = source.ToString() };
        batch.Events.Add(item);
        return batch;
    }

    private static ResponseEvent Response(
        string key, CallKind kind, long at = At, ulong request = 7, TokenUsage? usage = null, string model = Model,
        string? speed = null, string? tier = null, string? region = null, string conversation = "s") => new()
    {
        // Lines and reports come again; what the events API has seen by its id is not read twice.
        Key = EventKey.Of(KeySpace.Message, key), EventId = kind == CallKind.Usage ? EventKey.Of(KeySpace.Event, key) : default, Kind = kind, At = at,
            Conversation = conversation,
        Request = request, Model = model, Usage = usage ?? s_usage, Speed = speed, Tier = tier, Region = region,
    };
}
