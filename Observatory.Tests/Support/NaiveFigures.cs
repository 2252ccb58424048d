namespace Observatory.Tests.Support;

/// <summary>A conversation by the definitions; makes the answers of its prompts known to them.</summary>
internal sealed class NaiveConversation
{
    public NaiveConversation(string id, NaiveRecount all)
    {
        Id = id;
        _start = all.Starts.GetValueOrDefault(id);
        Prompts = [.. all.Prompts.Where(p => p.Conversation == id).OrderBy(p => p.At)];
        Responses = [.. all.Responses.Where(r => r.Conversation == id).OrderBy(r => r.At)];
        Tools = [.. all.Tools.Where(t => t.Conversation == id)];
        User = Prompts.Cast<NaiveItem>().Concat(Responses).First().User;
        for (var i = 0; i < Prompts.Count; i++)
        {
            var until = i + 1 < Prompts.Count ? Prompts[i + 1].At : long.MaxValue;
            Prompts[i].AnsweredAt = Messages.Where(r => r.IsMain && r.At >= Prompts[i].At && r.At < until).Select(r => (long?)r.At).Min();
        }
        var moments = Prompts.Select(p => p.At).Concat(Messages.SelectMany(r => new[] { r.At, r.LastAt }))
            .Concat(Tools.Where(t => t.ResultAt is not null).SelectMany(t => new[] { t.ResultAt!.Value, t.LastResultAt!.Value })).Order().ToList();
        (CreatedAt, LastActivity) = (moments[0], moments[^1]);
        ActiveMs = moments.Zip(moments.Skip(1), (a, b) => b - a).Where(gap => gap <= 5 * 60_000).Sum();
    }

    public string Id { get; }
    public string User { get; }
    public List<NaivePrompt> Prompts { get; }
    public List<NaiveResponse> Responses { get; }
    public List<NaiveTool> Tools { get; }
    public long CreatedAt { get; }
    public long LastActivity { get; }
    public long ActiveMs { get; }
    public IEnumerable<NaiveResponse> Messages => Responses.Where(r => r.IsMessage);
    public long MessageCount => Prompts.Count + Messages.Count();
    public double Duration => (LastActivity - CreatedAt) / 1000.0;
    public double Engagement => Duration <= 0 ? 0 : Math.Min(100, 10 * MessageCount / (Duration / 60));
    public double? AverageResponseTime => Prompts.Any(p => p.ResponseMs is not null) ? Prompts.Average(p => p.ResponseMs) / 1000 : null;

    private readonly string? _start;

    /// <summary>Folder that it started in.</summary>
    public string? Project => _start ?? Prompts.Cast<NaiveItem>().Concat(Messages).OrderBy(i => i.At).First().Project;
}

/// <summary>Sums over the items of a range.</summary>
internal sealed class NaiveFigures(NaiveRecount all, long start, long end, Func<NaiveItem, bool> which)
{
    private const long LongestPause = 30 * 60_000;

    private List<T> Of<T>(IEnumerable<T> items) where T : NaiveItem => [.. items.Where(i => i.At >= start && i.At < end && which(i))];

    public List<NaivePrompt> Prompts => Of(all.Prompts);
    public List<NaiveResponse> Responses => Of(all.Responses);
    public List<NaiveResponse> Messages => [.. Responses.Where(r => r.IsMessage)];
    public List<NaiveTool> Tools => [.. Of(all.Tools).Where(t => t.IsCalled)];
    public List<NaiveError> Errors => Of(all.Errors);

    public IEnumerable<NaiveItem> MessageItems => Prompts.Cast<NaiveItem>().Concat(Messages);
    public List<string> Conversations => [.. MessageItems.Select(m => m.Conversation).Distinct().Order(StringComparer.Ordinal)];
    public long MessageCount => MessageItems.Count();
    public long Input => Responses.Sum(r => r.Input);
    public long Output => Responses.Sum(r => r.Output);
    public long CacheWrite => Responses.Sum(r => r.Write5m + r.Write1h);
    public long CacheRead => Responses.Sum(r => r.Read);
    public long Tokens => Input + Output + CacheWrite + CacheRead;
    public long Unpriced => Responses.Where(r => r.Cost is null).Sum(r => r.Tokens);
    public decimal? Cost => Tokens > 0 && Unpriced == Tokens ? null : (Responses.Sum(r => r.Cost ?? 0) + Tools.Sum(t => t.Cost)) / 1_000_000_000m;
    public long ActiveUsers => Prompts.Select(p => p.User).Distinct().Count();
    public long ToolErrors => Tools.Count(t => t.Failed);
    public double? AverageResponseTime => Prompts.Any(p => p.ResponseMs is not null) ? Prompts.Average(p => p.ResponseMs) / 1000 : null;
    public double? ErrorRate => Messages.Count + Errors.Count == 0 ? null : (double)Errors.Count / (Messages.Count + Errors.Count);

    /// <summary>Conversations with a message here that were created here.</summary>
    public long Created
    {
        get
        {
            var present = Conversations.ToHashSet();
            return all.Conversations.Count(c => c.CreatedAt >= start && c.CreatedAt < end && present.Contains(c.Id));
        }
    }

    public long[] MessagesByHour(TimeZoneInfo zone)
    {
        var hours = new long[24];
        foreach (var item in MessageItems) hours[TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(item.At), zone).Hour]++;
        return hours;
    }

    /// <summary>Mean length in seconds of a user's runs of activity that start in the range; filters apply before runs are made.</summary>
    public double AverageSitting(string user)
    {
        var activity = all.Prompts.Cast<NaiveItem>().Concat(all.Responses.Where(r => r is { IsMain: true, IsMessage: true }))
            .Where(i => i.User == user && which(i)).Select(i => i.At).Order().ToList();
        var lengths = new List<long>();
        for (var i = 0; i < activity.Count; i++)
        {
            var from = activity[i];
            while (i + 1 < activity.Count && activity[i + 1] - activity[i] <= LongestPause) i++;
            if (from >= start && from < end) lengths.Add(activity[i] - from);
        }
        return lengths.Count == 0 ? 0 : lengths.Average() / 1000;
    }
}
