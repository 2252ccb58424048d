using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.ObjectPool;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;

namespace Observatory.Web.Ingest;

/// <summary>What became of the items that were sent.</summary>
/// <param name="Accepted">New ones, durable and in every figure.</param>
/// <param name="Duplicates">Known ones, of this request or an earlier one.</param>
/// <param name="Rejected">The others; each is kept with its reason.</param>
internal sealed record ItemsAnswer(int Accepted, int Duplicates, IReadOnlyList<RejectedItem> Rejected);

/// <summary>The way of events and of metrics from a request to its answer.</summary>
internal sealed class ItemIntake(BodyReader bodies, DurableWriter writer, TimeProvider clock)
{
    public const string Json = "application/json";
    public const string Lines = "application/x-ndjson";

    private readonly ObjectPool<EventReader> _events = new DefaultObjectPool<EventReader>(new DefaultPooledObjectPolicy<EventReader>());
    private readonly ObjectPool<MetricReader> _metrics = new DefaultObjectPool<MetricReader>(new DefaultPooledObjectPolicy<MetricReader>());

    public Task<Results<Accepted<ItemsAnswer>, ProblemHttpResult>> TakeEventsAsync(HttpContext context) => TakeAsync(context, _events);

    public Task<Results<Accepted<ItemsAnswer>, ProblemHttpResult>> TakeMetricsAsync(HttpContext context) => TakeAsync(context, _metrics);

    private async Task<Results<Accepted<ItemsAnswer>, ProblemHttpResult>> TakeAsync<T>(HttpContext context, ObjectPool<T> readers) where T : ItemReader
    {
        var lines = IngestAnswers.HasType(context.Request, Lines);
        if (!lines && !IngestAnswers.HasType(context.Request, Json)) return IngestAnswers.Refuse(context, IngestAnswers.WrongType($"{Json} or {Lines}"));
        // Before the body is read: what cannot be written need not be sent.
        if (writer.IsUnavailable) return IngestAnswers.Refuse(context, IngestAnswers.RefusalOf(WriteOutcome.Unavailable)!);
        var read = await bodies.ReadAsync(context.Request, BodyEncodings.Gzip | BodyEncodings.Brotli, context.RequestAborted);
        if (!read.TryGet(out var body, out var refusal)) return IngestAnswers.Refuse(context, refusal);

        using var share = body;
        var answer = new Answer();
        var batch = new EventBatch { Source = EventSource.Api };
        var reader = readers.Get();
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            reader.Begin(body.Memory.Span, lines);
            // A large body goes to the writer part by part, each when the one before is on disk: all at once would take several times its size.
            while (reader.ReadPart(body.Memory.Span, batch, now))
            {
                if (await RefusalAsync(batch, context) is { } refused) return IngestAnswers.Refuse(context, refused);
                answer.Add(batch);
                batch = new EventBatch { Source = EventSource.Api };
            }
            answer.Items = reader.End();
        }
        catch (UnreadableBodyException e)
        {
            return TypedResults.Problem(e.Message, statusCode: e.IsTooMuch ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest);
        }
        finally
        {
            readers.Return(reader);
            body.Release();
        }
        var isEmpty = batch.Events.Count + batch.Points.Count + batch.DeadLetters.Count == 0;
        if (!isEmpty && await RefusalAsync(batch, context) is { } reason) return IngestAnswers.Refuse(context, reason);
        answer.Add(batch);
        return TypedResults.Accepted((string?)null, answer.Finish());
    }

    private async Task<IngestRefusal?> RefusalAsync(EventBatch batch, HttpContext context) =>
        IngestAnswers.RefusalOf(await writer.WriteAsync(batch, context.User, context.RequestAborted));

    /// <summary>Gathers what became of the parts of a body.</summary>
    private sealed class Answer
    {
        private readonly List<(int Point, string Reason)> _refused = [];
        private int _points;
        private int _duplicates;

        public ItemsReading Items { get; set; } = new(0, []);

        public void Add(EventBatch part)
        {
            foreach (var (point, reason) in part.Refused) _refused.Add((_points + point, reason));
            _points += part.Points.Count;
            _duplicates += part.Duplicates;
        }

        public ItemsAnswer Finish()
        {
            var rejected = Items.Rejected;
            if (_refused.Count > 0) rejected = [.. rejected.Concat(_refused.Select(r => new RejectedItem(Items.IndexOfTaken(r.Point), null, r.Reason)))
                .OrderBy(r => r.Index)];
            var taken = Items.Taken - _refused.Count;
            var duplicates = Math.Min(_duplicates, taken);
            return new ItemsAnswer(taken - duplicates, duplicates, rejected);
        }
    }
}
