using System.Globalization;
using System.Text;
using CsCheck;
using Observatory.Core.Time;
using Xunit;

namespace Observatory.Tests.Unit.Time;

public sealed class IsoInstantTests
{
    [Fact]
    public void Any_instant_of_the_calendar_is_read_as_the_platform_reads_it() =>
        Gen.Select(Gen.Int[1, 9998], Gen.Int[1, 12], Gen.Int[1, 31], Gen.Int[0, 86_399_999], Gen.Int[-18 * 60, 18 * 60])
            .Sample((year, month, day, ms, offset) =>
        {
            var exists = day <= DateTime.DaysInMonth(year, month);
            var local = exists ? new DateTime(year, month, day).AddMilliseconds(ms) : new DateTime(year, month, 1).AddMilliseconds(ms);
            var date = string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00}T{local:HH:mm:ss.fff}");
            foreach (var (zone, minutes) in new[] { ("Z", 0),
                (string.Create(CultureInfo.InvariantCulture, $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:00}:{Math.Abs(offset) % 60:00}"), offset) })
            {
                var isRead = IsoInstant.TryParse(Encoding.UTF8.GetBytes(date + zone), out var at);
                Assert.Equal(exists, isRead);
                if (exists) Assert.Equal((local - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond - minutes * 60_000L, at);
            }
        }, iter: 20_000);

    [Fact]
    public void Every_day_of_eight_centuries_follows_the_one_before()
    {
        for (var day = new DateTime(1600, 1, 1, 0, 0, 0, DateTimeKind.Utc); day.Year < 2401; day = day.AddDays(1))
        {
            Assert.True(IsoInstant.TryParse(Encoding.UTF8.GetBytes(day.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)), out var at));
            Assert.Equal(new DateTimeOffset(day).ToUnixTimeMilliseconds(), at);
        }
    }
}
