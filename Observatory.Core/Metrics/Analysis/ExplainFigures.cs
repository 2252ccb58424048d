using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Metrics.Analysis;

/// <summary>Why a metric is not what it was in the period of the same length before.</summary>
/// <param name="Current">Null = there is no value: a rate of nothing.</param>
/// <param name="Contributions">Of each dimension they sum to the difference; none of a percentile.</param>
/// <param name="Bridge">Of cost only.</param>
/// <param name="Rate">Of quotients only.</param>
/// <param name="People">Of distinct counts only.</param>
public sealed record ExplainFigures(
    MetricDefinition Metric, double? Current, double? Previous, IReadOnlyList<Contribution> Contributions, IReadOnlyList<BridgeStep>? Bridge,
    RateSplit? Rate, PeopleMoves? People)
{
    public double Delta => (Current ?? 0) - (Previous ?? 0);
}

/// <summary>What one factor of cost has to do with its change.</summary>
/// <param name="Factor"><c>people, conversations, calls, tokensPerCall, modelMix, cacheShare, price</c>, in this order.</param>
/// <param name="Before">
/// People; conversations a person; calls a conversation; tokens a call; dollars a million tokens before and with the new mix of models; share of what was
/// sent that came from the cache; dollars a million tokens before and after.
/// </param>
/// <param name="Delta">US dollars. All together are the change, without a rest.</param>
public sealed record BridgeStep(string Factor, double Before, double After, double Delta);

/// <summary>A change of a quotient, by project: what got better or worse in itself, and what only weighs more or less.</summary>
public sealed record RateSplit(double Within, double Mix);

/// <summary>Users with any of it, against the period before.</summary>
public sealed record PeopleMoves(int Joined, int Left, int Stayed);
