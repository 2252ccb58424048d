using System.Globalization;
using System.Text.Json;

namespace Observatory.Tests.Support;

/// <param name="Type">Of the update.</param>
internal sealed record StreamUpdate(string Type, JsonElement Data);

/// <param name="Id">As the event has it.</param>
internal sealed record StreamEvent(string Type, long Id, JsonElement Data);

/// <summary>Reads server-sent events, with patience.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;
    private readonly CancellationToken _cancel;
    private Task<string?>? _line;

    private EventStream(HttpResponseMessage answer, StreamReader lines, CancellationToken cancel) => (_answer, _lines, _cancel) = (answer, lines, cancel);

    /// <param name="last">The last event that was seen.</param>
    public static async Task<EventStream> OpenAsync(HttpClient client, string path, CancellationToken cancel, long? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is { } id) request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        answer.EnsureSuccessStatusCode();
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream") throw new InvalidDataException($"{answer.Content.Headers.ContentType}");
        return new EventStream(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancel)), cancel);
    }

    /// <summary>Lines that begin with a colon are passed over.</summary>
    public async Task<StreamEvent> NextAsync()
    {
        string? type = null, id = null, data = null;
        while (true)
        {
            var line = await LineAsync() ?? throw new InvalidOperationException("The stream is over.");
            if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.Length == 0 && data is not null)
                return new StreamEvent(type!, long.Parse(id!, CultureInfo.InvariantCulture), JsonDocument.Parse(data).RootElement);
        }
    }

    /// <summary>All updates until one of the type that is wanted.</summary>
    public async Task<List<StreamUpdate>> UntilAsync(string type, Func<JsonElement, bool> wanted)
    {
        var all = new List<StreamUpdate>();
        while (!all.Any(u => u.Type == type && wanted(u.Data))) all.AddRange(UpdatesOf(await NextAsync()));
        return all;
    }

    public static IReadOnlyList<StreamUpdate> UpdatesOf(StreamEvent message) => UpdatesOf(message.Data);

    public static IReadOnlyList<StreamUpdate> UpdatesOf(JsonElement body) => !body.TryGetProperty("updates", out var updates) ? []
        : [.. updates.EnumerateArray().Select(u => new StreamUpdate(u.GetProperty("type").GetString()!, u.GetProperty("data")))];

    /// <summary>The server ended it; looks for so long.</summary>
    public async Task<bool> IsOverAsync(TimeSpan patience)
    {
        while (true)
        {
            _line ??= _lines.ReadLineAsync(_cancel).AsTask();
            if (await Task.WhenAny(_line, Task.Delay(patience, _cancel)) != _line) return false;
            var line = _line;
            _line = null;
            if (await line is null) return true;
        }
    }

    private async Task<string?> LineAsync()
    {
        var line = (_line ?? _lines.ReadLineAsync(_cancel).AsTask()).WaitAsync(Patience.Usual, _cancel);
        _line = null;
        return await line;
    }

    public ValueTask DisposeAsync()
    {
        _answer.Dispose();
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
