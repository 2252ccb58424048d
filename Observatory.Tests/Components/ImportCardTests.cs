using Observatory.Core.Ingestion;
using Observatory.Web.Components.Shared;
using Xunit;

namespace Observatory.Tests.Components;

public sealed class ImportCardTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // A line that was added, half a second in; the same, taking long; a first import; one that is over; nothing there to read.
    [InlineData(true, 500, 170, 4_096, false)]
    [InlineData(true, 3_500, 170, 4_096, true)]
    [InlineData(true, 10, 170, 300_000_000, true)]
    [InlineData(false, 9_000, 170, 300_000_000, false)]
    [InlineData(true, 9_000, 0, 0, false)]
    public void Only_a_long_import_gets_a_card(bool running, int ago, long files, long bytes, bool shown)
    {
        var import = new ImportSnapshot(running, s_now.AddMilliseconds(-ago).ToUnixTimeMilliseconds(), null, files, 0, bytes, 0, 0, null, []);
        Assert.Equal(shown, ImportCard.IsLong(import, s_now));
    }
}
