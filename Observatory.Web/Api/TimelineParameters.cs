using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Metrics;

namespace Observatory.Web.Api;

/// <summary>A page of a conversation as it went.</summary>
/// <param name="NextCursor">Not there on the last page.</param>
internal sealed record TimelinePage(
    string Id, IReadOnlyList<Turn> Turns, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor);

internal sealed class TimelineParameters
{
    private const int DefaultLimit = 200, MaximumLimit = 1_000;

    [FromQuery(Name = "limit"), Description("Turns and steps a page, 1 to 1,000. Default: 200; without a cursor, 1,000.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("nextCursor of the page before.")]
    public string? Cursor { get; init; }

    /// <summary>False = a parameter is bad, and <paramref name="problem"/> names it.</summary>
    public bool TryRead(out TimelinePlace from, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        (from, limit, problem) = (default, Cursor is null ? MaximumLimit : DefaultLimit, null);
        if (Limit is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaximumLimit))
        {
            problem = Problems.BadParameter(new BadParameterException("limit", $"is no whole number from 1 to {MaximumLimit}"));
        }
        else if (Cursor is { } cursor)
        {
            if (PlaceOf(cursor) is { } place) from = place;
            else problem = Problems.BadParameter(new BadParameterException("cursor", "is not one that this server gave"));
        }
        return problem is null;
    }

    public static string? CursorOf(TimelinePlace? place) => place is { } next
        ? Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"t{next.Turn}.{next.Step}"))) : null;

    private static TimelinePlace? PlaceOf(string cursor)
    {
        if (cursor.Length is 0 or > 40 || !Base64Url.IsValid(cursor)) return null;
        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
        return parts.Length == 2 && parts[0].StartsWith('t') && Number(parts[0].AsSpan(1), out var turn) && Number(parts[1], out var step)
            ? new TimelinePlace(turn, step) : null;

        static bool Number(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
