using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Privacy;

/// <summary>
/// Stands between the sources and the writer: what the content setting does not allow is gone from a batch before anything else sees
/// it. Changes the batch in place. Thread-safe.
/// </summary>
public sealed class ContentFilter(IEventSink next, ContentMode mode, Redactor redactor) : IEventSink
{
    public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
    {
        Filter(batch);
        return next.WriteAsync(batch, cancel);
    }

    public bool TryWrite(EventBatch batch)
    {
        // Before the queue is asked: a batch that is taken must not be touched any more. Filtering twice changes nothing.
        Filter(batch);
        return next.TryWrite(batch);
    }

    private void Filter(EventBatch batch)
    {
        foreach (var item in batch.Events) Filter(item);
        foreach (var facts in batch.Sessions.Values) Filter(facts);
        for (var i = 0; i < batch.Rejected.Count; i++)
        {
            var line = batch.Rejected[i];
            // A reason may quote the line.
            var reason = mode == ContentMode.Redacted ? redactor.Redact(line.Reason) ?? "The line cannot be read." : line.Reason;
            batch.Rejected[i] = line with { Reason = reason, Text = Start(line.Text, TextLimits.Rejected) };
        }
        for (var i = 0; i < batch.DeadLetters.Count; i++)
        {
            var letter = batch.DeadLetters[i];
            batch.DeadLetters[i] = letter with { Reason = mode == ContentMode.Redacted ? redactor.Redact(letter.Reason) ?? "The event cannot be read." : letter.Reason, Text = Allowed(letter.Text) };
        }
    }

    private void Filter(AnalyticsEvent item)
    {
        switch (item)
        {
            case PromptEvent x:
                x.Text = Start(x.Text, TextLimits.Prompt);
                break;
            case ToolCallEvent x:
                x.Target = Start(x.Target, TextLimits.Target);
                break;
            case ToolResultEvent x:
                x.Output = TextLimits.End(Allowed(x.Output), TextLimits.Output);
                break;
            case OtherEvent x:
                // Cut, it would no longer be JSON: sources keep it short.
                x.Data = mode == ContentMode.Counts ? NumbersOnly.Of(x.Data) : Allowed(x.Data);
                break;
            case ApiErrorEvent x:
                x.Message = Start(x.Message, TextLimits.Message);
                break;
        }
    }

    private void Filter(SessionFacts facts)
    {
        facts.CustomTitle = Start(facts.CustomTitle, TextLimits.Title);
        facts.AiTitle = Start(facts.AiTitle, TextLimits.Title);
        facts.PullRequest = Start(facts.PullRequest, TextLimits.Title);
        for (var i = 0; i < facts.Agents.Count; i++) facts.Agents[i] = facts.Agents[i] with { Description = Start(facts.Agents[i].Description, TextLimits.Title) };
        for (var i = facts.Summaries.Count - 1; i >= 0; i--)
        {
            if (Start(facts.Summaries[i].Text, TextLimits.Title) is { } text) facts.Summaries[i] = (facts.Summaries[i].Leaf, text);
            else facts.Summaries.RemoveAt(i);
        }
    }

    private string? Start(string? text, int longest) => TextLimits.Start(Allowed(text), longest);

    private string? Allowed(string? text) => mode switch
    {
        ContentMode.Counts => null,
        ContentMode.Redacted => redactor.Redact(text),
        ContentMode.Full => text,
        _ => throw new InvalidOperationException($"Content mode {mode} is not known."),
    };
}
