using System.Globalization;
using System.Text.RegularExpressions;

namespace Observatory.Web.Api;

internal static partial class Instants
{
    /// <exception cref="BadParameterException">Not ISO 8601, or without an offset: nobody could say which instant is meant.</exception>
    public static DateTimeOffset Parse(string name, string text)
    {
        // An unescaped + of a query string arrives as a space; nothing else can stand there.
        var iso = SpacedOffset().Replace(text, "+$1");
        if (!Shape().IsMatch(iso)) throw new BadParameterException(name, WithoutOffset().IsMatch(iso) ? "has no offset: end it with Z or +hh:mm"
            : "is not an ISO 8601 date and time such as 2026-01-31T00:00:00Z");
        return DateTimeOffset.TryParse(iso, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant : throw new BadParameterException(name, "is not a date and time that exists");
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d([.,]\d{1,7})?)?([Zz]|[+-]\d\d:?\d\d)\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d{1,7})?)?)?\z")]
    private static partial Regex WithoutOffset();

    [GeneratedRegex(@"(?<=[Tt][\d:.,]+) (\d\d:?\d\d)\z")]
    private static partial Regex SpacedOffset();
}
