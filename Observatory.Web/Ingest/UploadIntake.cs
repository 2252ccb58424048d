using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Uploads;

namespace Observatory.Web.Ingest;

/// <summary>Takes transcripts of other machines: body → a file of ours → events. As much as comes, in a memory that does not grow with it.</summary>
internal sealed class UploadIntake(TranscriptUpload upload, UploadFolder folder, DurableWriter writer, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Bytes of a request.</summary>
    public const long Limit = 2L * 1024 * 1024 * 1024;

    /// <summary>Uploads at one time: each needs a place on the disk.</summary>
    private const int AtOnce = 4;

    /// <summary>Of these, by one caller: others find a place, too.</summary>
    private const int AtOnceOfOne = 2;

    /// <summary>Bytes a second that an upload must bring, on the whole, once it had a minute: a place is not held by what does not come.</summary>
    private const int SlowestRate = 8 * 1024;
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(1);

    private const int LongestName = 256;
    private const int ChunkSize = 128 * 1024;

    private static readonly IngestRefusal s_tooLarge = new(StatusCodes.Status413PayloadTooLarge, "The upload is larger than 2 GB. Send it in parts.");

    private readonly Lock _gate = new();
    private readonly List<string> _running = [];

    public async Task<Results<Ok<UploadResult>, ProblemHttpResult>> TakeAsync(HttpContext context, string? owner, string? name)
    {
        if (string.IsNullOrWhiteSpace(owner)
            || owner.Length > LongestName) return Bad($"owner is missing or longer than {LongestName} characters: say whose transcripts they are.");
        if (context.Request.Headers.ContentEncoding.Count > 0) return IngestAnswers.Refuse(context,
            new IngestRefusal(StatusCodes.Status415UnsupportedMediaType, "Send the file as it is, without Content-Encoding."));
        if (context.Request.ContentLength > Limit) return IngestAnswers.Refuse(context, s_tooLarge);
        if (writer.IsUnavailable) return IngestAnswers.Refuse(context, IngestAnswers.RefusalOf(WriteOutcome.Unavailable)!);
        var caller = Callers.IdOf(context.User);
        if (!TryEnter(caller)) return IngestAnswers.Refuse(context,
            new IngestRefusal(StatusCodes.Status429TooManyRequests, "Other uploads are running. Try again in 10 s.", 10));
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = Limit;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            return TypedResults.Ok(await ReadAsync(context.Request, JsonText.Clean(owner), name, Callers.SenderOf(context.User), stop.Token));
        }
        catch (UploadRefusedException e)
        {
            return TypedResults.Problem(
                e.Done is { Lines: > 0 } ? $"{e.Message} What was read before counts." : e.Message, statusCode: StatusCodes.Status400BadRequest,
                extensions: e.Done is null ? null : [new KeyValuePair<string, object?>("done", e.Done)]);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => IngestAnswers.Refuse(context, s_tooLarge),
                StatusCodes.Status408RequestTimeout => TypedResults.Problem("The upload came too slowly.", statusCode: e.StatusCode),
                _ => Bad("The body does not arrive as its headers say."),
            };
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && e is IOException or OperationCanceledException
            or System.Threading.Channels.ChannelClosedException)
        {
            // The disk is full, or the program stops.
            return IngestAnswers.Refuse(context, IngestAnswers.RefusalOf(WriteOutcome.Unavailable)!);
        }
        finally
        {
            Leave(caller);
        }
    }

    private bool TryEnter(string caller)
    {
        lock (_gate)
        {
            if (_running.Count >= AtOnce || _running.Count(c => c == caller) >= AtOnceOfOne) return false;
            _running.Add(caller);
            return true;
        }
    }

    private void Leave(string caller)
    {
        lock (_gate) _running.Remove(caller);
    }

    private async Task<UploadResult> ReadAsync(HttpRequest request, string owner, string? name, BatchSender sender, CancellationToken cancel)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFileAsync(request.Body, NameOf(name), owner, sender, cancel);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary)) throw new UploadRefusedException("The form names no boundary.");
        var form = new MultipartReader(boundary, request.Body);
        var sum = new UploadResult(0, 0, 0, 0, 0);
        while (await NextAsync(form, cancel) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() != true) continue;
            var part = await ReadFileAsync(section.Body, NameOf(section.AsFileSection()?.FileName), owner, sender, cancel);
            sum = new UploadResult(sum.Files + part.Files, sum.Lines + part.Lines, sum.Accepted + part.Accepted, sum.Duplicates + part.Duplicates,
                sum.Rejected + part.Rejected);
        }
        return sum;
    }

    private async Task<UploadResult> ReadFileAsync(Stream from, string? name, string owner, BatchSender sender, CancellationToken cancel)
    {
        var path = folder.NewFile();
        await using var file = new SealedFileStream(path);
        var limited = new LimitedStream(from, Limit);
        await CopyAsync(limited, file, clock, cancel);
        if (limited.IsExceeded) throw new BadHttpRequestException(s_tooLarge.Detail, s_tooLarge.Status);
        if (file.Length == 0) throw new UploadRefusedException("The upload is empty.");
        file.Position = 0;
        return await upload.ReadAsync(file, name, owner, sender, cancel);
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader form, CancellationToken cancel)
    {
        try
        {
            return await form.ReadNextSectionAsync(cancel);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new UploadRefusedException("The form is damaged or ends before its end.", e);
        }
    }

    /// <summary>What cannot be read is the sender's fault, what cannot be written is not.</summary>
    private static async Task CopyAsync(Stream from, Stream to, TimeProvider clock, CancellationToken cancel)
    {
        var (began, came) = (clock.GetTimestamp(), 0L);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            while (true)
            {
                int read;
                try
                {
                    read = await from.ReadAsync(buffer, cancel);
                }
                catch (IOException e) when (e is not BadHttpRequestException)
                {
                    throw new UploadRefusedException("The body ends before its end.", e);
                }
                if (read == 0) return;
                came += read;
                if (clock.GetElapsedTime(began) is var taken && taken > s_start && came < taken.TotalSeconds * SlowestRate)
                    throw new BadHttpRequestException("The upload came too slowly.", StatusCodes.Status408RequestTimeout);
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The last part of what the sender calls the file; null where it is no transcript's name.</summary>
    private static string? NameOf(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        var last = name.Replace('\\', '/').Split('/')[^1];
        return last.Length <= LongestName && last.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? last : null;
    }

    private static ProblemHttpResult Bad(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
