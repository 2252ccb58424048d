using System.Globalization;

namespace Observatory.Web.Components.Shared;

/// <summary>
/// Cultures by name, with a way out: a system without ICU, or told to do without
/// (<c>DOTNET_SYSTEM_GLOBALIZATION_INVARIANT</c>, as Alpine images are), knows none. Pages then have neutral formats.
/// </summary>
internal static class Cultures
{
    /// <summary>Of a reader whose browser says nothing, or something that nobody knows.</summary>
    public static CultureInfo Default { get; } = Find("en-GB") ?? CultureInfo.InvariantCulture;

    /// <param name="locale">BCP 47 tag.</param>
    public static CultureInfo Of(string? locale) => string.IsNullOrEmpty(locale) ? Default : Find(locale) ?? Default;

    private static CultureInfo? Find(string name)
    {
        try
        {
            var culture = CultureInfo.GetCultureInfo(name, predefinedOnly: true);
            return culture.IsNeutralCulture ? CultureInfo.CreateSpecificCulture(culture.Name) : culture;
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
