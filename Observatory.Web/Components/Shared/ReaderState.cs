using Observatory.Core.Presentation;
using Observatory.Web.Filters;

namespace Observatory.Web.Components.Shared;

/// <summary>What the browser told about its reader; serialised into the first page, so strings only.</summary>
/// <param name="Zone">IANA zone of the browser.</param>
/// <param name="Locale">BCP 47 tag.</param>
/// <param name="Theme"><c>light|dark|system</c>.</param>
/// <param name="Dark">What the theme came to last time.</param>
/// <param name="Nav"><c>icons</c> where the navigation is folded.</param>
/// <param name="ChosenZone">Zone that the reader picked instead of the browser's.</param>
/// <param name="ChosenRange">Name of the range that the reader picked last.</param>
public sealed record BrowserFacts(string? Zone, string? Locale, string? Theme, bool Dark, string? Nav, string? ChosenZone, string? ChosenRange = null)
{
    public static BrowserFacts None { get; } = new(null, null, null, false, null, null);

    /// <summary>From the cookie that <c>theme.js</c> keeps: <c>key~value</c> pairs with bars between. Anything odd is left out.</summary>
    public static BrowserFacts Parse(string? cookie)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in (cookie ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries).Take(16))
        {
            if (pair.Split('~', 2) is [var key, { Length: > 0 and <= 64 } value]) values[key] = value;
        }
        string? Get(string key) => values.GetValueOrDefault(key);
        return new BrowserFacts(
            Get("zone"), Get("locale"), Get("theme") is "light" or "dark" or "system" ? Get("theme") : null, Get("dark") == "1", Get("nav"), Get("pick"),
                Get("range"));
    }
}

/// <summary>The reader of one circuit: locale, zone, theme. Pages take formats from here and never from the thread's culture.</summary>
public sealed class ReaderState(StoredFilters? storedFilters = null)
{
    /// <summary>Where filters are kept that an address cannot hold; null = nowhere.</summary>
    public StoredFilters? StoredFilters { get; } = storedFilters;

    public Formats Format { get; private set; } = new(Cultures.Default);

    /// <summary>Path before all pages, without a slash at its end; most often empty.</summary>
    public string Base { get; private set; } = "";

    /// <summary>Of the browser.</summary>
    public TimeZoneInfo BrowserZone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>What a page without a zone in its address uses.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>
    /// What a page without a range in its address uses: as it was when this visit began, so that "back" to such an address shows what it showed.
    /// Named ranges only: two dates of last week are no place to start from today.
    /// </summary>
    public RangeChoice Range { get; private set; } = RangeChoice.Default;

    public string Theme { get; private set; } = "system";

    public bool Dark { get; private set; }

    public bool NavFolded { get; private set; }

    public event Action? Changed;

    /// <param name="home">Address of the overview.</param>
    public void ComeFrom(string home) => Base = new Uri(home).AbsolutePath.TrimEnd('/');

    /// <summary>Where a path of ours is in the browser.</summary>
    /// <param name="path">From the slash on.</param>
    public string At(string path) => Base + path;

    public void Learn(BrowserFacts facts)
    {
        BrowserZone = Api.Zones.Find(facts.Zone ?? "") ?? TimeZoneInfo.Utc;
        Zone = Api.Zones.Find(facts.ChosenZone ?? "") ?? BrowserZone;
        Range = RangeChoice.Named(facts.ChosenRange) ?? RangeChoice.Default;
        Theme = facts.Theme ?? "system";
        Dark = facts.Dark;
        NavFolded = facts.Nav == "icons";
        Format = new Formats(Cultures.Of(facts.Locale));
        Changed?.Invoke();
    }

    public void SetTheme(string theme, bool dark)
    {
        (Theme, Dark) = (theme, dark);
        Changed?.Invoke();
    }

    public void SetFolded(bool folded)
    {
        NavFolded = folded;
        Changed?.Invoke();
    }
}
