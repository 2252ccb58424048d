using Observatory.Core.Privacy.Own;

namespace Observatory.Web.Components.Pages.Redaction;

/// <param name="Rules">The administrator's own, in their order.</param>
public sealed record RedactionModel(IReadOnlyList<OwnRule> Rules);
