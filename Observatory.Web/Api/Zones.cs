using Observatory.Core.Time;

namespace Observatory.Web.Api;

internal static class Zones
{
    /// <inheritdoc cref="IanaZones.Find"/>
    public static TimeZoneInfo? Find(string name) => IanaZones.Find(name);

    /// <summary>What to say of a name that was not found; goes on after the parameter's name.</summary>
    public static string WhyUnknown => Hosting.ZoneCheck.HasZones
        ? "is not an IANA zone such as Europe/Berlin" : $"cannot be looked up, because only UTC is known: {Hosting.ZoneCheck.Advice}";
}
