using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Observatory.Web.Ingest;

/// <summary>Refusals as problem details, with Retry-After where coming again helps.</summary>
internal static class IngestAnswers
{
    public const int RetryAfterBusy = 1;
    public const int RetryAfterUnavailable = 5;

    public static ProblemHttpResult Refuse(HttpContext context, IngestRefusal refusal)
    {
        if (refusal.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(refusal.Detail, statusCode: refusal.Status);
    }

    /// <summary>Null where the batch is committed.</summary>
    public static IngestRefusal? RefusalOf(WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.Committed => null,
        WriteOutcome.Busy => new(StatusCodes.Status429TooManyRequests, "The queue is full. Try again in 1 s.", RetryAfterBusy),
        WriteOutcome.Unavailable => new(StatusCodes.Status503ServiceUnavailable,
            "Nothing can be written now. Try again in 5 s: what is sent twice counts once.", RetryAfterUnavailable),
        _ => throw new InvalidOperationException($"Outcome {outcome} is not known."),
    };

    /// <summary>The body says that it is one of these types, in UTF-8 where it names a character set.</summary>
    public static bool HasType(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var given) && given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
        && (!given.Charset.HasValue || given.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    public static IngestRefusal WrongType(string types) => new(StatusCodes.Status415UnsupportedMediaType, $"Content-Type is not {types}, in UTF-8.");
}
