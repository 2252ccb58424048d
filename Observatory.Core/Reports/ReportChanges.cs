using Observatory.Core.Metrics;

namespace Observatory.Core.Reports;

/// <summary>What moved: by project, model and person, the largest by money first; where nothing has a price, by tokens.</summary>
internal sealed class ReportChanges(ReportFigures figures, ReportDefinition definition, ReportPeriod period, ReportText text)
{
    public const int MostShown = 3;

    /// <summary>What is smaller is no finding: in dollars, in tokens, and as a share of what was there before.</summary>
    private const decimal LeastMoney = 1m;
    private const decimal LeastTokens = 100_000m;
    private const decimal LeastShare = 0.5m;

    private readonly bool _isMoney = figures.Now.Dashboard.Overview.TotalCost is not null || figures.Before.Dashboard.Overview.TotalCost is not null;

    /// <summary>Of everything together: what it is now, and how it moved.</summary>
    public (decimal Now, decimal Before) Total => _isMoney
        ? (figures.Now.Dashboard.Overview.TotalCost ?? 0, figures.Before.Dashboard.Overview.TotalCost ?? 0)
        : (figures.Now.Dashboard.Overview.TotalTokens, figures.Before.Dashboard.Overview.TotalTokens);

    public bool IsMoney => _isMoney;

    /// <summary>There is something to compare with.</summary>
    public bool HasBefore => figures.Before.Dashboard.Overview is { TotalMessages: > 0 } or { TotalTokens: > 0 };

    /// <summary>Those that pass, the largest first; none where there is nothing to compare with.</summary>
    public IReadOnlyList<ReportFinding> Find()
    {
        if (!HasBefore) return [];
        var moves = Projects().Concat(Models()).Concat(People()).Where(IsLarge)
            .OrderByDescending(m => Math.Abs(m.Delta)).ThenBy(m => m.Kind).ThenBy(m => m.Name, StringComparer.Ordinal);
        // The same money seen from another side is said once a kind.
        return [.. moves.GroupBy(m => m.Kind).Select(kind => kind.First()).Concat(moves).Distinct().Take(MostShown).Select(Say)];
    }

    /// <summary>"Almost all of the rise is in one project, beta-api." Null = no one of them explains it.</summary>
    public string? MainCause()
    {
        if (!HasBefore) return null;
        var (now, before) = Total;
        var delta = now - before;
        if (delta == 0) return null;
        var main = Projects().Where(m => Math.Sign(m.Delta) == Math.Sign(delta)).MaxBy(m => Math.Abs(m.Delta));
        if (main is null || Math.Abs(main.Delta) < Math.Abs(delta) * 0.5m) return null;
        var share = Math.Min(1, main.Delta / delta);
        return $"{ReportText.Cut(main.Shown)} made {text.Format.Percent((double)share * 100, 0)} of the {(delta > 0 ? "rise" : "fall")}.";
    }

    private ReportFinding Say(Move move)
    {
        var (now, before) = (Write(move.Now), Write(move.Before));
        var unit = _isMoney ? "" : " tokens";
        var name = ReportText.Cut(move.Shown);
        var claim = move.Before == 0 ? $"{name}: {now}{unit}, new" : move.Now == 0 ? $"{name}: nothing, after {before}{unit}"
            : $"{name}: {now}{unit}, {text.Format.SignedPercent((double)((move.Now - move.Before) / move.Before) * 100)}";
        var (total, totalBefore) = Total;
        var delta = total - totalBefore;
        var part = delta != 0 && Math.Sign(delta) == Math.Sign(move.Delta) && Math.Abs(move.Delta) <= Math.Abs(delta)
            ? $"{text.Format.Percent((double)(move.Delta / delta) * 100, 0)} of the {(delta > 0 ? "rise" : "fall")} of all. " : "";
        var cause = $"{part}{move.Why}".TrimEnd();
        return new ReportFinding(claim, cause.Length == 0 ? null : cause, Link(move));
    }

    private string Link(Move move) => text.Link("/", period, move.Kind switch
    {
        MoveKind.Project => definition.Filters with { Projects = [move.Name] },
        MoveKind.Model => definition.Filters with { Models = [move.Name] },
        _ => definition.Filters with { Users = [move.Name] },
    });

    private bool IsLarge(Move move) => move.Name.Length > 0 && Math.Abs(move.Delta) >= (_isMoney ? LeastMoney : LeastTokens)
        && Math.Abs(move.Delta) >= LeastShare * Math.Max(move.Before, 0);

    private string Write(decimal value) => _isMoney ? text.Money(value) : text.Whole((double)value);

    private decimal Value(OverviewFigures? of) => of is null ? 0 : _isMoney ? of.TotalCost ?? 0 : of.TotalTokens;

    private IEnumerable<Move> Projects()
    {
        var before = figures.Before.Projects.GroupBy(p => p.Path ?? "").ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var now = figures.Now.Projects.GroupBy(p => p.Path ?? "").ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return now.Keys.Union(before.Keys).Select(path =>
        {
            var (a, b) = (now.GetValueOrDefault(path), before.GetValueOrDefault(path));
            return new Move(MoveKind.Project, path, (a ?? b)!.Project ?? path, Value(a?.Figures), Value(b?.Figures), Why(a?.Figures, b?.Figures));
        });
    }

    private IEnumerable<Move> Models()
    {
        var before = figures.Before.ModelRows.GroupBy(m => m.Model ?? "").ToDictionary(g => g.Key, g => g.First().Figures, StringComparer.Ordinal);
        var now = figures.Now.ModelRows.GroupBy(m => m.Model ?? "").ToDictionary(g => g.Key, g => g.First().Figures, StringComparer.Ordinal);
        return now.Keys.Union(before.Keys).Select(model => new Move(
            MoveKind.Model, model, model, Value(now.GetValueOrDefault(model)), Value(before.GetValueOrDefault(model)),
            Why(now.GetValueOrDefault(model), before.GetValueOrDefault(model))));
    }

    private IEnumerable<Move> People()
    {
        var before = (figures.UsersBefore ?? []).ToDictionary(u => u.UserId, StringComparer.Ordinal);
        var now = (figures.Users ?? []).ToDictionary(u => u.UserId, StringComparer.Ordinal);
        decimal Of(UserFigures? user) => user is null ? 0 : _isMoney ? user.TotalCost ?? 0 : user.TotalTokensUsed;
        return now.Keys.Union(before.Keys).Select(id => new Move(
            MoveKind.Person, id, id, Of(now.GetValueOrDefault(id)), Of(before.GetValueOrDefault(id)),
            Conversations(now.GetValueOrDefault(id)?.ConversationCount ?? 0, before.GetValueOrDefault(id)?.ConversationCount ?? 0)));
    }

    /// <summary>Whether there was more of it, or each took more.</summary>
    private string Why(OverviewFigures? now, OverviewFigures? before)
    {
        if (now is null || before is null || now.TotalConversations == 0 || before.TotalConversations == 0) return "";
        var (each, eachBefore) = ((double)now.TotalTokens / now.TotalConversations, (double)before.TotalTokens / before.TotalConversations);
        var count = Conversations(now.TotalConversations, before.TotalConversations);
        return eachBefore > 0 && (each / eachBefore >= 1.5 || each / eachBefore <= 0.67)
            ? $"{count} {text.Format.Number(each)} tokens each, {text.Format.Number(eachBefore)} before." : count;
    }

    private string Conversations(long now, long before) => $"{text.Format.Plural(now, "conversation")}, {text.Whole(before)} before.";

    private enum MoveKind
    {
        Project,
        Model,
        Person,
    }

    private sealed record Move(MoveKind Kind, string Name, string Shown, decimal Now, decimal Before, string Why)
    {
        public decimal Delta => Now - Before;
    }
}
