using Observatory.Core.Alerts;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Hooks;

namespace Observatory.Web.Ingest;

/// <summary>
/// Takes what Claude Code sends while it works. Nothing here fails or waits for the store: the client is told the same in any case, and what
/// could not be kept is counted.
/// </summary>
internal sealed class ClientIntake(BodyReader bodies, IEventSink sink, StatuslineReader statuslines, HookFigures figures, BudgetAnswers answers,
    TimeProvider clock,
    ILogger<ClientIntake> log)
{
    private const int LongestUser = 256;

    /// <returns>JSON that the client is answered, null = nothing, as almost always.</returns>
    public async Task<string?> TakeHookAsync(HttpContext context, string? user)
    {
        string? answer = null;
        await TakeAsync(context, body =>
        {
            if (HookReader.Read(body, NameOf(user), Now) is { } batch) Queue(batch, context);
            else figures.CountUnreadable();
            if (answers.IsOn) answer = answers.Answer(body, user);
        });
        return answer;
    }

    public Task TakeStatuslineAsync(HttpContext context, string? user) => TakeAsync(context, body =>
    {
        if (!statuslines.TryRead(body, NameOf(user), Now, out var batch)) figures.CountUnreadable();
        else if (batch.Points.Count + batch.Worktrees.Count > 0) Queue(batch, context);
    });

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task TakeAsync(HttpContext context, Action<ReadOnlyMemory<byte>> take)
    {
        try
        {
            if (!(await bodies.ReadAsync(context.Request, BodyEncodings.Gzip, context.RequestAborted)).TryGet(out var body, out var refusal))
            {
                // What came at a bad moment is told apart from what is none.
                if (refusal.RetryAfter is not null) figures.CountDropped();
                else figures.CountUnreadable();
                return;
            }
            using (body) take(body.Memory);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            figures.CountUnreadable();
            log.LogError(e, "A hook could not be read");
        }
    }

    private void Queue(EventBatch batch, HttpContext context)
    {
        batch.Sender = Callers.SenderOf(context.User);
        if (!sink.TryWrite(batch)) figures.CountDropped();
    }

    private static string? NameOf(string? user) => string.IsNullOrWhiteSpace(user) || user.Length > LongestUser ? null : JsonText.Clean(user);
}
