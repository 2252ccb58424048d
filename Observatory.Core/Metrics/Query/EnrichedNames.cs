using System.Globalization;
using Observatory.Core.Ingestion.Enrichment;
using Observatory.Core.Metrics.Catalogue;
using Observatory.Core.Pricing;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Query;

/// <summary>Values of the dimensions that follow from what is known of a row. 0 = it has none. Not thread-safe.</summary>
internal sealed class EnrichedNames(NameCatalog names, TimeZoneInfo zone)
{
    /// <summary>Days of the week from Monday = 0.</summary>
    private const int Saturday = 5;

    private readonly Dictionary<int, string?> _families = [];

    private readonly BucketClock _clock = new(zone);

    public int KeyOf(string dimension, in Facts facts, long at) => dimension switch
    {
        Dimensions.ModelFamily => facts.Model,
        Dimensions.HourOfDay => _clock.HourOf(at) + 1,
        Dimensions.DayOfWeek => _clock.WeekdayOf(at) + 1,
        Dimensions.Weekend => _clock.WeekdayOf(at) >= Saturday ? 2 : 1,
        Dimensions.Branch => facts.Branch,
        Dimensions.HasCode => facts.Code,
        Dimensions.PromptLength => PromptScale.LengthOf(facts.Length),
        Dimensions.ReadingTime => PromptScale.ReadingOf(facts.Length),
        _ => 0,
    };

    /// <param name="key">Not 0.</param>
    public string? NameOf(string dimension, int key) => dimension switch
    {
        Dimensions.ModelFamily => FamilyOf(key),
        Dimensions.HourOfDay => (key - 1).ToString("00", CultureInfo.InvariantCulture),
        Dimensions.DayOfWeek => ((DayOfWeek)(key % 7)).ToString(),
        Dimensions.Weekend => key == 2 ? "weekend" : "weekday",
        Dimensions.Branch => names.Text(key),
        Dimensions.HasCode => key == 2 ? "yes" : "no",
        Dimensions.PromptLength => PromptScale.LengthName(key),
        Dimensions.ReadingTime => PromptScale.ReadingName(key),
        _ => null,
    };

    private string? FamilyOf(int model) => _families.TryGetValue(model, out var known) ? known
        : _families[model] = names.Text(model) is { } id ? ModelId.FamilyOf(id) : null;
}
