using System.Globalization;
using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using Observatory.Core.Exports;
using Observatory.Core.Exports.Tables;

namespace Observatory.Web.Exports;

/// <summary>A table as the answer to a request: its first bytes at once, a broken connection where it fails, and no work for a client that has gone.</summary>
internal sealed class ExportAnswer(ExportTable table, ExportFormat format, string fileName) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var owned = table;
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = format.ContentType;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue(DispositionTypeNames.Attachment) { FileName = fileName }.ToString();
        if (table.RowCount is { } count) response.Headers["X-Row-Count"] = count.ToString(CultureInfo.InvariantCulture);
        if (table.RawSince is { } since) response.Headers["X-Raw-Since"] = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        using var spool = new Spool(httpContext.RequestServices.GetRequiredService<ExportFolder>().Passing);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writing = Task.Run(() => WriteAsync(spool, gone.Token), CancellationToken.None);
        try
        {
            await spool.CopyAsync(response.Body, cancel);
        }
        finally
        {
            // Nobody reads on: the writer stops, and lets go of the store.
            await gone.CancelAsync();
            await writing;
        }
    }

    private async Task WriteAsync(Spool spool, CancellationToken cancel)
    {
        try
        {
            await format.WriteAsync(table, spool, cancel);
            // All rows are read: the moment of the store is let go of, however slowly they are fetched.
            await table.DisposeAsync();
            spool.Complete(null);
        }
        catch (Exception fault)
        {
            spool.Complete(fault);
        }
    }
}
