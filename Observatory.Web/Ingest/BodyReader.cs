using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;

namespace Observatory.Web.Ingest;

/// <summary>Content encodings that an endpoint takes beside none.</summary>
[Flags]
internal enum BodyEncodings
{
    None = 0,
    Gzip = 1,
    Brotli = 2,
}

/// <summary>Why something that was sent is not taken.</summary>
/// <param name="Status">400, 408, 413, 415, 429 or 503.</param>
/// <param name="Detail">In plain words.</param>
/// <param name="RetryAfter">Seconds after which to come again, or null.</param>
internal sealed record IngestRefusal(int Status, string Detail, int? RetryAfter = null);

/// <summary>A body, or why there is none.</summary>
internal readonly record struct BodyReading(IngestBody? Body, IngestRefusal? Refusal)
{
    public bool TryGet([NotNullWhen(true)] out IngestBody? body, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        (body, refusal) = (Body, Refusal);
        return body is not null;
    }
}

/// <summary>
/// Reads bodies of ingest requests into memory: decompressed while they come, none beyond the limit, all together never beyond the
/// budget. Slow senders are the server's business.
/// </summary>
internal sealed class BodyReader(BodyBudget budget, TimeProvider? clock = null)
{
    /// <summary>For all of a body. The slowest line that is met, 64 kB a second, brings the largest in nine minutes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Taken of the budget before anything has come; more only as it comes, whatever the headers promise.</summary>
    private const int FirstPart = 256 * 1024;

    private const int Growth = 4;

    /// <summary>Of a body, before and after decompression.</summary>
    public const int Limit = 32 * 1024 * 1024;

    /// <summary>Room beyond the limit, so that a body which fills it is known to be too large.</summary>
    private const int Capacity = Limit + GzipBody.Overhead + 1;

    private static readonly IngestRefusal s_tooLarge =
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Limit / 1024 / 1024} MB. Send it in parts.");
    private static readonly IngestRefusal s_tooSlow = new(StatusCodes.Status408RequestTimeout, "The body came too slowly.");
    internal static readonly IngestRefusal NoRoom = new(StatusCodes.Status429TooManyRequests,
        "The server is reading as much as it has room for. Try again in 1 s.", 1);

    /// <exception cref="OperationCanceledException">The sender is gone.</exception>
    /// <exception cref="IOException">The sender is gone.</exception>
    public async ValueTask<BodyReading> ReadAsync(HttpRequest request, BodyEncodings allowed, CancellationToken cancel)
    {
        if (!TryEncoding(request, allowed, out var encoding))
        {
            request.HttpContext.Response.Headers.AcceptEncoding = Names(allowed);
            return Refuse(new IngestRefusal(StatusCodes.Status415UnsupportedMediaType,
                $"Content-Encoding is none of: {Names(allowed)}. Only one at a time is read."));
        }
        if (request.ContentLength > Limit) return Refuse(s_tooLarge);
        // Its own limit is lower; with chunks it is what ends a body that never does.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = Limit;

        var body = new IngestBody(budget.Of(request.HttpContext.User), Capacity);
        var taken = false;
        using var patience = new CancellationTokenSource(Patience, clock ?? TimeProvider.System);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            cancel = over.Token;
            var raw = new LimitedStream(request.Body, Limit);
            var end = encoding switch
            {
                BodyEncodings.Gzip => await GzipBody.ReadAsync(raw, body, cancel),
                BodyEncodings.Brotli => await BrotliBody.ReadAsync(raw, body, cancel),
                _ => await PlainAsync(raw, body, request.ContentLength ?? 0, cancel),
            };
            // What follows from a cut at the limit says nothing about the data.
            if (raw.IsExceeded || body.Length > Limit) end = BodyEnd.TooLarge;
            taken = end == BodyEnd.Whole;
            return end switch
            {
                BodyEnd.Whole => new BodyReading(body, null),
                BodyEnd.TooLarge => Refuse(s_tooLarge),
                BodyEnd.NoBudget => Refuse(NoRoom),
                BodyEnd.Broken => Refuse(new IngestRefusal(StatusCodes.Status400BadRequest,
                    "The body is not what Content-Encoding says: its data is broken or cut.")),
                _ => throw new InvalidOperationException($"{end} is not known."),
            };
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => s_tooLarge,
                StatusCodes.Status408RequestTimeout => s_tooSlow,
                _ => new IngestRefusal(StatusCodes.Status400BadRequest, "The body does not arrive as its headers say."),
            });
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Refuse(s_tooSlow);
        }
        finally
        {
            if (!taken) body.Dispose();
        }
    }

    private static async ValueTask<BodyEnd> PlainAsync(Stream source, IngestBody body, long expected, CancellationToken cancel)
    {
        // One byte more, so that the end is seen without growing.
        if (!body.TryGrow(Math.Min(expected + 1, FirstPart))) return BodyEnd.NoBudget;
        while (true)
        {
            if (body.IsFull) return BodyEnd.TooLarge;
            if (body.Free.IsEmpty && !body.TryGrow(Math.Min(expected + 1, (long)body.Length * Growth))) return BodyEnd.NoBudget;
            var read = await source.ReadAsync(body.Free, cancel);
            if (read == 0) return BodyEnd.Whole;
            body.Advance(read);
        }
    }

    private static bool TryEncoding(HttpRequest request, BodyEncodings allowed, out BodyEncodings encoding)
    {
        encoding = BodyEncodings.None;
        var given = request.Headers.ContentEncoding;
        if (given.Count == 0) return true;
        if (given.Count > 1) return false;
        var name = given[0].AsSpan().Trim();
        if (name.Length == 0 || name.Equals("identity", StringComparison.OrdinalIgnoreCase)) return true;
        if (name.Equals("gzip", StringComparison.OrdinalIgnoreCase) || name.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)) encoding = BodyEncodings.Gzip;
        else if (name.Equals("br", StringComparison.OrdinalIgnoreCase)) encoding = BodyEncodings.Brotli;
        return encoding != BodyEncodings.None && allowed.HasFlag(encoding);
    }

    private static string Names(BodyEncodings allowed)
    {
        var names = new List<string>(3) { "identity" };
        if (allowed.HasFlag(BodyEncodings.Gzip)) names.Add("gzip");
        if (allowed.HasFlag(BodyEncodings.Brotli)) names.Add("br");
        return string.Join(", ", names);
    }

    private static BodyReading Refuse(IngestRefusal refusal) => new(null, refusal);
}
