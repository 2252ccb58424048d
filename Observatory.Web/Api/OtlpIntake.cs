using System.Security.Claims;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Web.Ingest;

namespace Observatory.Web.Api;

/// <summary>What became of a request: taken, in part where the count is not 0, or refused.</summary>
/// <param name="Rejected">Items that were set aside.</param>
/// <param name="Message">Why, or null.</param>
/// <param name="Refusal">Why nothing was taken, or null.</param>
internal readonly record struct OtlpOutcome(long Rejected, string? Message, IngestRefusal? Refusal);

/// <summary>The same for HTTP and gRPC: a body becomes events, and the answer waits until they are durable.</summary>
internal sealed class OtlpIntake(DurableWriter writer)
{
    /// <summary>Does not keep the body.</summary>
    public static (OtlpRequest? Request, IngestRefusal? Refusal) Read(OtlpSignal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body)
    {
        try
        {
            return (OtlpRequest.Read(signal, encoding, body), null);
        }
        catch (OtlpFormatException e)
        {
            return (null, RefusalOf(e));
        }
    }

    /// <summary>Reads and writes a body, a large one part by part, and releases it.</summary>
    /// <exception cref="OperationCanceledException">The sender is gone.</exception>
    public async Task<OtlpOutcome> TakeAsync(OtlpSignal signal, OtlpEncoding encoding, IngestBody body, ClaimsPrincipal caller, CancellationToken cancel)
    {
        var parts = new OtlpParts(signal, encoding);
        var (refused, reason) = (0L, (string?)null);
        while (true)
        {
            OtlpRequest request;
            try
            {
                request = parts.Next(body.Memory.Span);
            }
            catch (OtlpFormatException e)
            {
                return new OtlpOutcome(0, null, RefusalOf(e));
            }
            // Its memory goes back before the last commit is waited for.
            if (parts.IsAtEnd) body.Release();
            var outcome = await WriteAsync(request with { Rejected = 0, Message = null }, caller, cancel);
            if (outcome.Refusal is not null) return outcome;
            refused += outcome.Rejected;
            reason ??= outcome.Message;
            if (parts.IsAtEnd) return new OtlpOutcome(request.Rejected + refused, request.Message ?? reason, null);
        }
    }

    private static IngestRefusal RefusalOf(OtlpFormatException e) =>
        new(e.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, e.Message);

    /// <exception cref="OperationCanceledException">The sender is gone.</exception>
    public async Task<OtlpOutcome> WriteAsync(OtlpRequest request, ClaimsPrincipal caller, CancellationToken cancel)
    {
        var (rejected, message) = (request.Rejected, request.Message);
        foreach (var batch in request.Batches)
        {
            // What of the earlier ones was written counts once however often it comes again.
            if (IngestAnswers.RefusalOf(await writer.WriteAsync(batch, caller, cancel)) is { } refusal) return new OtlpOutcome(0, null, refusal);
            rejected += batch.Refused.Count;
            if (batch.Refused.Count > 0) message ??= batch.Refused[0].Reason;
        }
        return new OtlpOutcome(rejected, message, null);
    }
}
