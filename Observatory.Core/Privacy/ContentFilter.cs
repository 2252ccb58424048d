using Observatory.Core.Events;
using Observatory.Core.Ingestion;

namespace Observatory.Core.Privacy;

/// <summary>
/// Stands between the sources and the writer: what the content setting does not allow is gone from a batch before anything else sees
/// it. Changes the batch in place. Thread-safe.
/// </summary>
public sealed class ContentFilter(IEventSink next, ContentMode mode, Redactor redactor) : IEventSink
{
    private readonly NameFilter _names = new();

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
        if (mode != ContentMode.Full) FilterNames(batch);
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

    /// <summary>In every mode but the full one: what identifies or groups is kept, a secret in it is not.</summary>
    private void FilterNames(EventBatch batch)
    {
        foreach (var item in batch.Events) FilterNames(item);
        foreach (var (session, facts) in batch.Sessions)
        {
            for (var i = 0; i < facts.Agents.Count; i++) facts.Agents[i] = facts.Agents[i] with { Id = _names.Clean(facts.Agents[i].Id)!, Type = _names.Clean(facts.Agents[i].Type) };
            var clean = _names.Clean(session)!;
            if (ReferenceEquals(clean, session)) continue;
            batch.Rename(session, clean);
            // What is being walked through has changed; the rest is done by another walk.
            FilterNames(batch);
            return;
        }
        for (var i = 0; i < batch.Points.Count; i++)
        {
            var point = batch.Points[i];
            var (metric, tags) = (_names.Clean(point.Metric)!, _names.Clean(point.Tags)!);
            if (!ReferenceEquals(metric, point.Metric) || !ReferenceEquals(tags, point.Tags)) batch.Points[i] = point with { Metric = metric, Tags = tags };
        }
        for (var i = 0; i < batch.DeadLetters.Count; i++) batch.DeadLetters[i] = batch.DeadLetters[i] with { Id = _names.Clean(batch.DeadLetters[i].Id) };
    }

    private void FilterNames(AnalyticsEvent item)
    {
        item.Conversation = _names.Clean(item.Conversation)!;
        item.User = _names.Clean(item.User);
        item.Project = _names.Clean(item.Project);
        item.Branch = _names.Clean(item.Branch);
        item.Version = _names.Clean(item.Version);
        item.Agent = _names.Clean(item.Agent);
        switch (item)
        {
            case ResponseEvent x:
                (x.Model, x.Speed, x.Tier, x.Region) = (_names.Clean(x.Model), _names.Clean(x.Speed), _names.Clean(x.Tier), _names.Clean(x.Region));
                break;
            case ToolCallEvent x:
                (x.Tool, x.Model) = (_names.Clean(x.Tool)!, _names.Clean(x.Model));
                break;
            case ToolResultEvent x:
                x.StartedAgent = _names.Clean(x.StartedAgent);
                break;
            case OtherEvent x:
                x.Type = _names.Clean(x.Type)!;
                break;
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
            if (Start(facts.Summaries[i].Text, TextLimits.Title) is { } text) facts.Summaries[i] = facts.Summaries[i] with { Text = text };
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
