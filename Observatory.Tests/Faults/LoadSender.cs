using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>
/// Sends requests over several connections, as clients do that come again until they hear 202. Notes every answer that is none of those which a
/// client of the events API may get.
/// </summary>
internal sealed class LoadSender(int connections)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<LoadRequest> _again = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private TaskCompletionSource _first = NewFirst();
    private int _acknowledged;
    private int _busy;
    private int _cut;

    /// <summary>Answers that should not be: one line each.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public int Acknowledged => _acknowledged;

    /// <summary>429 and 503.</summary>
    public int Busy => _busy;

    /// <summary>Requests whose connection broke before the answer.</summary>
    public int Cut => _cut;

    /// <summary>Sent and not acknowledged; they are sent first the next time.</summary>
    public int Pending => _again.Count;

    /// <summary>Ends at the first acknowledgement after <see cref="Begin"/>.</summary>
    public Task FirstAcknowledgement => _first.Task;

    public void Begin() => _first = NewFirst();

    private static TaskCompletionSource NewFirst() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sends what waits and then new requests until told to stop or there are none. Never throws for what the server does.</summary>
    public async Task RunAsync(Uri server, Func<LoadRequest?> next, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections };
        using var http = new HttpClient(handler) { BaseAddress = server, Timeout = s_patience };
        http.DefaultRequestHeaders.Add("x-api-key", AppProcess.Key);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (!stop.IsCancellationRequested && (_again.TryDequeue(out var request) || (request = next()) is not null))
            {
                if (await SendAsync(http, request)) continue;
                _again.Enqueue(request);
                // A server that is gone refuses at once.
                await Task.Delay(10, CancellationToken.None);
            }
        }));
    }

    /// <summary>To be sent with the next <see cref="RunAsync"/>.</summary>
    public void Keep(LoadRequest request) => _again.Enqueue(request);

    /// <summary>True = acknowledged.</summary>
    public async Task<bool> SendAsync(HttpClient http, LoadRequest request)
    {
        request.Attempts++;
        try
        {
            using var content = new ByteArrayContent(request.Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync("/api/analytics/events", content);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                var at = Stopwatch.GetTimestamp();
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
                var (taken, known, rejected) = (json.GetProperty("accepted").GetInt32(), json.GetProperty("duplicates").GetInt32(),
                    json.GetProperty("rejected").GetArrayLength());
                if (taken + known != request.Events
                    || rejected != 0) _faults.Enqueue($"request {request.Number}: {request.Events} events, {taken} accepted, {known} known, {rejected} "
                    + $"rejected");
                if (request is { Attempts: 1, Repeats: null, IsRepeated: false }
                    && known != 0) _faults.Enqueue($"request {request.Number}: sent once, and {known} events were known");
                request.Acknowledge(at);
                Interlocked.Increment(ref _acknowledged);
                _first.TrySetResult();
                return true;
            }
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests
                or HttpStatusCode.ServiceUnavailable))
                    _faults.Enqueue($"request {request.Number}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            else if (answer.Headers.RetryAfter is null) _faults.Enqueue($"request {request.Number}: {(int)answer.StatusCode} without Retry-After");
            Interlocked.Increment(ref _busy);
            return false;
        }
        catch (TaskCanceledException)
        {
            _faults.Enqueue($"request {request.Number}: no answer within {s_patience.TotalSeconds:0} s");
            return false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            Interlocked.Increment(ref _cut);
            return false;
        }
    }
}
