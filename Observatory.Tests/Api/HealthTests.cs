using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Hosting;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What is said of a server that answers and cannot do its work.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("database or disk is full", true)]
    [InlineData("row 45 is in the index but not in the table", false)]
    public async Task Nothing_that_can_be_written_is_not_ready_and_says_why(string reason, bool mayPass)
    {
        await using var host = new WebHost(TimeProvider.System);
        using var client = host.Program();
        await Patience.UntilAsync(async () => await StatusAsync(client, "ready") == HttpStatusCode.OK);
        var figures = host.Services.GetRequiredService<WriterFigures>();
        figures.Failed(reason, mayPass);
        figures.Failed(reason, mayPass);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "live"));
        var pipeline = await client.JsonAsync("/api/analytics/pipeline");
        var fault = pipeline.GetProperty("writerFault");
        Assert.True(pipeline.GetProperty("writerFailing").GetBoolean());
        Assert.Equal((reason, mayPass, 2L), (fault.GetProperty("reason").GetString(), fault.GetProperty("mayPass").GetBoolean(), fault.Long("tries")));
        Assert.InRange(TimeProvider.System.GetUtcNow() - fault.GetProperty("since").GetDateTimeOffset(), TimeSpan.Zero, Patience.Usual);

        figures.Worked();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "ready"));
        pipeline = await client.JsonAsync("/api/analytics/pipeline");
        Assert.False(pipeline.GetProperty("writerFailing").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, pipeline.GetProperty("writerFault").ValueKind);
    }

    [Fact]
    public async Task A_service_that_fails_is_a_figure_and_not_the_end()
    {
        await using var host = new WebHost(TimeProvider.System).WithWebHostBuilder(b => b.ConfigureTestServices(s =>
        {
            s.AddHostedService<Failing>();
            s.AddHostedService<Foreign>();
        }));
        using var client = host.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", WebHost.Key);
        await Patience.UntilAsync(async () => (await client.JsonAsync("/api/analytics/pipeline")).GetProperty("services").EnumerateArray()
            .Any(s => s.Long("failures") >= 2));
        var service = Assert.Single((await client.JsonAsync("/api/analytics/pipeline")).GetProperty("services").EnumerateArray());
        Assert.Equal(("The failing one", "made up by the test"), (service.GetProperty("name").GetString(), service.GetProperty("reason").GetString()));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "ready"));
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task A_writer_that_is_down_is_not_ready()
    {
        await using var host = new WebHost(TimeProvider.System);
        using var client = host.Program();
        var services = host.Services.GetRequiredService<ServiceFigures>();
        services.Fell(ServiceNames.Heartbeat, 1, "made up by the test");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "ready"));
        services.Fell(ServiceNames.Writer, 1, "made up by the test");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "ready"));
        services.Started(ServiceNames.Writer);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "ready"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string check)
    {
        using var answer = await client.GetAsync($"/health/{check}");
        return answer.StatusCode;
    }

    private sealed class Failing(ServiceFigures figures) : RestartedService(figures, TimeProvider.System, NullLogger.Instance)
    {
        protected override string Name => "The failing one";

        protected override Task RunAsync(CancellationToken stoppingToken) => throw new InvalidOperationException("made up by the test");
    }

    /// <summary>Of a package, that knows nothing of restarts.</summary>
    private sealed class Foreign : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("made up by the test");
        }
    }
}
