using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>The fields by which conversations can be sorted: a fixed list, so that no name from outside reaches a query.</summary>
internal static class ConversationSorts
{
    public static string Names { get; } = string.Join(", ", ConversationListQuery.Sorts);

    public static bool Contains(string sort) => ConversationListQuery.Sorts.Contains(sort.StartsWith('-') ? sort[1..] : sort);
}
