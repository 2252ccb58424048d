using System.Globalization;
using System.Text;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics;

/// <summary>
/// Long answers: equal questions that meet are answered once, and of different ones only so many are made at a time as there are places; the others wait.
/// An answer is given up when the last who waits for it leaves. Thread-safe.
/// </summary>
/// <param name="places">Answers made at a time.</param>
internal sealed class SharedAnswers(int places) : IDisposable
{
    /// <summary>A shorter range costs little: it is answered at once.</summary>
    private const long Long = 3 * BucketClock.Day;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _places = new(places);
    private readonly Dictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    /// <param name="kind">Of question.</param>
    /// <param name="query">Of the question.</param>
    /// <param name="more">What else of the question there is.</param>
    /// <param name="version">Of the data, as it is now: only who asks at the same version shares.</param>
    /// <param name="make">Makes the answer, from a snapshot that it opens itself.</param>
    public Task<T> AskAsync<T>(
        string kind, MetricsQuery query, string more, long version, Func<CancellationToken, Task<T>> make, CancellationToken cancel) where T : class =>
        query.Range.Length < Long ? make(cancel) : JoinAsync(KeyOf(kind, query, more, version), make, cancel);

    private async Task<T> JoinAsync<T>(string key, Func<CancellationToken, Task<T>> make, CancellationToken cancel) where T : class
    {
        Flight flight;
        lock (_gate)
        {
            if (!_flights.TryGetValue(key, out flight!))
            {
                _flights[key] = flight = new Flight();
                var token = flight.GivenUp.Token;
                flight.Answer = Task.Run(() => MakeAsync(make, token), CancellationToken.None);
            }
            flight.Waiting++;
        }
        try
        {
            return (T)await flight.Answer.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    private async Task<object> MakeAsync<T>(Func<CancellationToken, Task<T>> make, CancellationToken cancel) where T : class
    {
        await _places.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await make(cancel).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    private void Leave(string key, Flight flight)
    {
        lock (_gate)
        {
            // Whoever comes from now on begins anew, so that nobody waits for what is given up.
            if (flight.Answer.IsCompleted || flight.Waiting == 1) Remove(key, flight);
            if (--flight.Waiting > 0) return;
        }
        flight.GivenUp.Cancel();
        flight.GivenUp.Dispose();
    }

    private void Remove(string key, Flight flight)
    {
        if (_flights.TryGetValue(key, out var known) && known == flight) _flights.Remove(key);
    }

    private static string KeyOf(string kind, MetricsQuery query, string more, long version)
    {
        var key = new StringBuilder(256);
        key.Append(CultureInfo.InvariantCulture, $"{kind} {version} {query.Range.Start} {query.Range.End} {query.Zone.Id} {query.EffectiveInterval} ");
        foreach (var values in (IReadOnlyList<string>[])[query.Filter.Users, query.Filter.Projects, query.Filter.Models, query.Filter.Sources])
        {
            key.Append(CultureInfo.InvariantCulture, $"{values.Count} ");
            foreach (var value in values) key.Append(CultureInfo.InvariantCulture, $"{value.Length} {value} ");
        }
        if (query.Filter.Sight is { } sight) key.Append(CultureInfo.InvariantCulture, $"{sight.Key.Length} {sight.Key} ");
        return key.Append(more).ToString();
    }

    public void Dispose() => _places.Dispose();

    private sealed class Flight
    {
        public Task<object> Answer { get; set; } = null!;

        public CancellationTokenSource GivenUp { get; } = new();

        public int Waiting { get; set; }
    }
}
