using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

/// <summary>Who did what. There is no route that changes or removes a row.</summary>
internal static class AuditApi
{
    private const int DefaultLimit = 50, MaximumLimit = 500;

    public static void MapAudit(this RouteGroupBuilder admin)
    {
        var audit = admin.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("", ListAsync).WithName("ListAudit").WithSummary("What was done, by whom and from where, newest first.");
        audit.MapGet("/export", Export).WithName("ExportAudit").WithMetadata(IsExport.Instance)
            .Produces<string>(StatusCodes.Status200OK, AuditFile.NdjsonType, [AuditFile.CsvType])
            .WithSummary("The rows as a file, oldest first, as ndjson or csv: with them the hashes can be computed again.");
        audit.MapPost("/verify", VerifyAsync).WithName("VerifyAudit")
            .WithSummary("Holds every row against its hash, each hash against the row before, and the end against the mark outside the log.");
    }

    private static async Task<Results<Ok<AuditAnswer>, ProblemHttpResult>> ListAsync(
        [AsParameters] AuditParameters wanted, [FromServices] AuditLog audit, CancellationToken cancel)
    {
        try
        {
            var limit = Limit(wanted.Limit);
            var before = wanted.Cursor is null ? (long?)null
                : Read(wanted.Cursor) ?? throw new BadParameterException("cursor", "is not one that this server gave");
            // One more than asked for says whether there are more.
            var rows = await audit.ReadAsync(QueryOf(wanted) with { Before = before }, limit + 1, cancel);
            return TypedResults.Ok(new AuditAnswer(
                [.. rows.Take(limit).Select(r => new AuditRowAnswer(r))], rows.Count > limit ? Write(rows[limit - 1].Seq) : null));
        }
        catch (BadParameterException bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    private static Results<PushStreamHttpResult, ProblemHttpResult> Export(
        [AsParameters] AuditExportParameters wanted, [FromServices] AuditLog audit, CancellationToken cancel)
    {
        try
        {
            if (wanted.Format is not (null or "ndjson" or "csv")) throw new BadParameterException("format", "is neither ndjson nor csv");
            var (query, isCsv) = (QueryOf(wanted), wanted.Format == "csv");
            return TypedResults.Stream(output => AuditFile.WriteAsync(audit, query, isCsv, output, cancel), isCsv ? AuditFile.CsvType : AuditFile.NdjsonType,
                isCsv ? "audit.csv" : "audit.ndjson");
        }
        catch (BadParameterException bad)
        {
            return Problems.BadParameter(bad);
        }
    }

    private static async Task<Ok<AuditVerdict>> VerifyAsync([FromServices] AuditLog audit, CancellationToken cancel) =>
        TypedResults.Ok(await audit.VerifyAsync(cancel));

    private static AuditQuery QueryOf(AuditFilters wanted) => new(
        wanted.Start is { } start ? Instants.Parse("start", start).ToUnixTimeMilliseconds() : null,
        wanted.End is { } end ? Instants.Parse("end", end).ToUnixTimeMilliseconds() : null, wanted.Actor, wanted.Action, wanted.Address);

    private static int Limit(string? text)
    {
        if (text is null) return DefaultLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaximumLimit
            ? limit : throw new BadParameterException("limit", $"is not a whole number from 1 to {MaximumLimit}");
    }

    private static string Write(long seq) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"b{seq}")));

    /// <summary>Null for what this class did not make.</summary>
    private static long? Read(string cursor)
    {
        if (cursor.Length is 0 or > 40 || !Base64Url.IsValid(cursor)) return null;
        var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return text.StartsWith('b') && long.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;
    }
}

/// <summary>Which rows.</summary>
internal class AuditFilters
{
    [FromQuery(Name = "start"), Description("ISO 8601 with offset: no row before it.")]
    public string? Start { get; init; }

    [FromQuery(Name = "end"), Description("ISO 8601 with offset: no row at it or later.")]
    public string? End { get; init; }

    [FromQuery(Name = "actor"), Description("Id or name, exactly.")]
    public string? Actor { get; init; }

    [FromQuery(Name = "action"), Description("Exactly, such as signIn, read, export, keyCreated, settingChanged.")]
    public string? Action { get; init; }

    [FromQuery(Name = "address"), Description("IP address, exactly.")]
    public string? Address { get; init; }
}

internal sealed class AuditParameters : AuditFilters
{
    [FromQuery(Name = "cursor"), Description("nextCursor of the answer before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 500. Default: 50.")]
    public string? Limit { get; init; }
}

internal sealed class AuditExportParameters : AuditFilters
{
    [FromQuery(Name = "format"), Description("ndjson or csv. Default: ndjson.")]
    public string? Format { get; init; }
}

/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">Null = there are no older ones.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditRowAnswer> Items, string? NextCursor);

internal sealed class AuditRowAnswer(AuditRow row)
{
    public long Seq => row.Seq;
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(row.At);
    public AuditActor Actor => row.Actor;
    public string Action => row.Action;
    public string Target => row.Target;
    /// <summary>Null = this server.</summary>
    public string? Address => row.Address.Length == 0 ? null : row.Address;
    public string Details => row.Details;
    /// <summary>SHA-256, hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(row.Hash);
}
