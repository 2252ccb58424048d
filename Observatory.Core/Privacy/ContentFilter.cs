using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Privacy.Own;

namespace Observatory.Core.Privacy;

/// <summary>
/// Stands between the sources and the writer: what the content setting does not allow is gone from a batch before anything else sees
/// it. Changes the batch in place. Thread-safe.
/// </summary>
public sealed class ContentFilter(IEventSink next, ContentMode mode, Redactor redactor, TimeProvider clock, OwnRules? own = null) : IEventSink
{
    private readonly ContentRules _rules = new(mode, redactor, own);

    public ContentFilter(IEventSink next, ContentMode mode, Redactor redactor) : this(next, mode, redactor, TimeProvider.System)
    {
    }

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
        var budget = new FilterBudget(clock);
        foreach (var item in batch.Events) Filter(item, batch.Source, ref budget);
        foreach (var facts in batch.Sessions.Values) Filter(facts, ref budget);
        if (mode != ContentMode.Full) FilterNames(batch);
        for (var i = 0; i < batch.Rejected.Count; i++)
        {
            var line = batch.Rejected[i];
            batch.Rejected[i] = line with { Reason = _rules.Reason(line.Reason, StoredReasons.Line), Text = Start(line.Text, TextLimits.Rejected, ref budget) };
        }
        for (var i = 0; i < batch.DeadLetters.Count; i++)
        {
            var letter = batch.DeadLetters[i];
            var text = IsDropped(letter.Text, ref budget) ? null : _rules.Text(letter.Text);
            batch.DeadLetters[i] = letter with { Reason = _rules.Reason(letter.Reason, StoredReasons.Event), Text = text };
        }
    }

    /// <summary>In every mode but the full one: what identifies or groups is kept, a secret in it is not.</summary>
    private void FilterNames(EventBatch batch)
    {
        foreach (var item in batch.Events) FilterNames(item);
        foreach (var (session, facts) in batch.Sessions)
        {
            for (var i = 0; i < facts.Agents.Count; i++)
            {
                var agent = facts.Agents[i];
                facts.Agents[i] = agent with { Id = _rules.Name(agent.Id)!, Type = _rules.Name(agent.Type) };
            }
            var clean = _rules.Name(session)!;
            if (ReferenceEquals(clean, session)) continue;
            batch.Rename(session, clean);
            // What is being walked through has changed; the rest is done by another walk.
            FilterNames(batch);
            return;
        }
        for (var i = 0; i < batch.Points.Count; i++)
        {
            var point = batch.Points[i];
            var (metric, tags) = (_rules.Name(point.Metric)!, _rules.Name(point.Tags)!);
            if (!ReferenceEquals(metric, point.Metric) || !ReferenceEquals(tags, point.Tags)) batch.Points[i] = point with { Metric = metric, Tags = tags };
        }
        for (var i = 0; i < batch.DeadLetters.Count; i++) batch.DeadLetters[i] = batch.DeadLetters[i] with { Id = _rules.Name(batch.DeadLetters[i].Id) };
        batch.User = _rules.Name(batch.User);
        if (batch.Drift.Count > 0) FilterDrift(batch.Drift);
    }

    private void FilterDrift(Dictionary<(string Kind, string Version), int> drift)
    {
        foreach (var (kind, version) in drift.Keys.ToList())
        {
            var (clean, known) = (_rules.Name(kind)!, _rules.Name(version)!);
            if (ReferenceEquals(clean, kind) && ReferenceEquals(known, version)) continue;
            drift.Remove((kind, version), out var lines);
            drift[(clean, known)] = drift.GetValueOrDefault((clean, known)) + lines;
        }
    }

    private void FilterNames(AnalyticsEvent item)
    {
        item.Conversation = _rules.Name(item.Conversation)!;
        item.User = _rules.Name(item.User);
        item.Project = _rules.Name(item.Project);
        item.Branch = _rules.Name(item.Branch);
        item.Version = _rules.Name(item.Version);
        item.Agent = _rules.Name(item.Agent);
        item.CopiedFrom = _rules.Name(item.CopiedFrom);
        switch (item)
        {
            case ResponseEvent x:
                (x.Model, x.Speed, x.Tier, x.Region) = (_rules.Name(x.Model), _rules.Name(x.Speed), _rules.Name(x.Tier), _rules.Name(x.Region));
                break;
            case ToolCallEvent x:
                (x.Tool, x.Model) = (_rules.Name(x.Tool)!, _rules.Name(x.Model));
                break;
            case ToolResultEvent x:
                x.StartedAgent = _rules.Name(x.StartedAgent);
                break;
            case OtherEvent x:
                x.Type = _rules.Name(x.Type)!;
                if (x.Span is { } span) (span.Model, span.Tool) = (_rules.Name(span.Model), _rules.Name(span.Tool));
                break;
        }
    }

    private void Filter(AnalyticsEvent item, EventSource source, ref FilterBudget budget)
    {
        switch (item)
        {
            case PromptEvent x:
                x.Text = Start(x.Text, TextLimits.Prompt, ref budget);
                break;
            case ToolCallEvent x:
                x.Target = Start(x.Target, TextLimits.Target, ref budget);
                break;
            case ToolResultEvent x:
                x.Output = End(x.Output, TextLimits.Output, ref budget);
                break;
            case OtherEvent x:
                // Sources keep it short, and cut no word in two; of hooks many come.
                x.Data = IsDropped(x.Data, ref budget) ? null : _rules.Data(x.Data);
                if (source == EventSource.Hook && x.Data is not null) x.Data = JsonStrings.Cut(x.Data, TextLimits.HookField);
                break;
            case ApiErrorEvent x:
                x.Message = Start(x.Message, TextLimits.Message, ref budget);
                break;
        }
    }

    private void Filter(SessionFacts facts, ref FilterBudget budget)
    {
        facts.CustomTitle = Start(facts.CustomTitle, TextLimits.Title, ref budget);
        facts.AiTitle = Start(facts.AiTitle, TextLimits.Title, ref budget);
        facts.PullRequest = Start(facts.PullRequest, TextLimits.Title, ref budget);
        for (var i = 0; i < facts.Agents.Count; i++)
            facts.Agents[i] = facts.Agents[i] with { Description = Start(facts.Agents[i].Description, TextLimits.Title, ref budget) };
        for (var i = facts.Summaries.Count - 1; i >= 0; i--)
        {
            if (Start(facts.Summaries[i].Text, TextLimits.Title, ref budget) is { } text) facts.Summaries[i] = facts.Summaries[i] with { Text = text };
            else facts.Summaries.RemoveAt(i);
        }
    }

    private string? Start(string? text, int longest, ref FilterBudget budget)
    {
        // What is longer than is kept may have been cut by its source, inside a word. Where what was found is long, the cut comes into what is kept.
        if (mode == ContentMode.Redacted && text?.Length > longest) text = text[..WordCut.End(text, text.Length - 1, text.Length - longest)];
        return TextLimits.Start(IsDropped(text, ref budget) ? null : _rules.Text(text), longest);
    }

    private string? End(string? text, int longest, ref FilterBudget budget)
    {
        if (mode == ContentMode.Redacted && text?.Length > longest) text = text[WordCut.Start(text, text.Length - longest)..];
        return TextLimits.End(IsDropped(text, ref budget) ? null : _rules.Text(text), longest);
    }

    private bool IsDropped(string? text, ref FilterBudget budget) => mode == ContentMode.Redacted && text is not null && !budget.Allows(text);
}
