using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Observatory.Core.Metrics;

namespace Observatory.Web.Filters;

/// <summary>
/// Filters that are too long for an address, by an id that is made of what they hold: the same filter has the same id on every server and
/// after every restart. What a page was opened with is kept on disk; what it only offers as a link is held in memory. Both are bounded.
/// Safe for many threads.
/// </summary>
public sealed class StoredFilters(FilterFiles files)
{
    /// <summary>Offered links that nobody has followed; each holds references to texts of the page only.</summary>
    private const int MostOffered = 4_000;

    private readonly ConcurrentDictionary<string, MetricsFilter> _offered = new();
    private readonly ConcurrentQueue<string> _order = new();

    /// <summary>The id of a filter, which <see cref="Find"/> understands from now on.</summary>
    public string Offer(MetricsFilter filter)
    {
        var (id, _) = Write(filter);
        if (_offered.TryAdd(id, filter))
        {
            _order.Enqueue(id);
            while (_order.Count > MostOffered && _order.TryDequeue(out var oldest)) _offered.TryRemove(oldest, out _);
        }
        return id;
    }

    /// <summary>Keeps a filter that is in use.</summary>
    public void Keep(MetricsFilter filter)
    {
        var (id, bytes) = Write(filter);
        files.Keep(id, bytes);
    }

    /// <summary>False = the id is none of this server, or its filter was given up for newer ones. What is found is kept.</summary>
    public bool Find(string id, [NotNullWhen(true)] out MetricsFilter? filter)
    {
        if (_offered.TryGetValue(id, out filter))
        {
            Keep(filter);
            return true;
        }
        filter = files.Read(id) is { } bytes ? Read(bytes) : null;
        // A file that was changed is not the filter of this id any more.
        if (filter is null || Write(filter).Id != id) filter = null;
        return filter is not null;
    }

    private static (string Id, byte[] Bytes) Write(MetricsFilter filter)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes<string[][]>([[.. filter.Users], [.. filter.Projects], [.. filter.Models], [.. filter.Sources]]);
        return (WebEncoders.Base64UrlEncode(SHA256.HashData(bytes).AsSpan(0, FilterFiles.IdBytes)), bytes);
    }

    private static MetricsFilter? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<string[][]>(bytes) is [{ } users, { } projects, { } models, { } sources]
                ? new MetricsFilter(users, projects, models, sources) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
