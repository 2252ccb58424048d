using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Ingestion;

namespace Observatory.Tests.Support;

/// <summary>The whole program on a server in memory, with a data folder of its own, a key and a clock.</summary>
internal sealed class WebHost(TimeProvider clock, params (string Root, string Owner)[] roots) : WebApplicationFactory<Program>
{
    public const string Key = "a key for tests only, long enough to pass";

    private readonly TempFolder _data = new();

    /// <summary>Puts a part of the program in another's place.</summary>
    public Action<IServiceCollection> Change { get; init; } = _ => { };

    /// <summary>Settings beside the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public string DataPath => _data.Path;

    /// <summary>Calls of a program: JSON, no redirects, with the key unless told otherwise.</summary>
    public HttpClient Program(string? key = Key)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, HandleCookies = false });
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Calls of a browser: HTML, cookies, no redirects.</summary>
    public HttpClient Browser()
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml");
        return client;
    }

    /// <summary>Hands a batch to the writer and waits for its commit.</summary>
    public async Task WriteAsync(EventBatch batch)
    {
        await Services.GetRequiredService<IEventSink>().WriteAsync(batch, CancellationToken.None);
        await batch.Committed.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task IdleAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var progress = Services.GetRequiredService<ImportProgress>();
        while (progress.Now is not { Running: false, FinishedAt: not null }) await Task.Delay(20, patience.Token);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // As it runs at home: the developer's error page would answer in place of ours.
        builder.UseEnvironment("Production");
        builder.UseSetting("Observatory:DataDirectory", _data.Path);
        builder.UseSetting("Observatory:Bootstrap:ApiKey", Key);
        builder.UseSetting("Observatory:Transcripts:Enabled", roots.Length > 0 ? "true" : "false");
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        for (var i = 0; i < roots.Length; i++)
        {
            builder.UseSetting($"Observatory:Transcripts:Roots:{i}", roots[i].Root);
            builder.UseSetting($"Observatory:Transcripts:Owners:{i}", roots[i].Owner);
        }
        foreach (var (key, value) in Settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton(clock);
            Change(services);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Dispose();
    }
}

internal static class HttpAnswers
{
    public static async Task<JsonElement> JsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    public static long Long(this JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
