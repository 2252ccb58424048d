using Observatory.Core.Storage.Writing;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class TagIndexTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(0x9E3779B97F4A7C15UL)]
    // Fingerprints that differ in their upper bits alone, and in their lower bits alone: bad hashes.
    [InlineData(1UL << 40)]
    public void Every_place_is_found_again_and_few_others(ulong step)
    {
        var index = new TagIndex();
        const int Count = 200_000;
        for (var place = 0; place < Count; place++) index.Add(unchecked((ulong)place * step), place);
        var others = 0;
        for (var place = 0; place < Count; place++)
        {
            var found = PlacesOf(index, unchecked((ulong)place * step));
            Assert.Single(found, place);
            others += found.Count - 1;
        }
        // 40 bits of each are kept: of 200,000 x 200,000 pairs 0.04 may meet.
        Assert.InRange(others, 0, 20);
    }

    [Fact]
    public void The_same_fingerprint_keeps_all_its_places()
    {
        var (index, known, random) = (new TagIndex(), new Dictionary<ulong, List<int>>(), new Random(3));
        for (var place = 0; place < 100_000; place++)
        {
            // One of them so often that no segment holds it.
            var fingerprint = place % 50 == 0 ? 7 : (ulong)random.NextInt64(100, 40_000);
            if (!known.TryGetValue(fingerprint, out var places)) known.Add(fingerprint, places = []);
            places.Add(place);
            index.Add(fingerprint, place);
            index.Prefetch(fingerprint);
        }
        Assert.All(known, pair => Assert.Subset(PlacesOf(index, pair.Key).ToHashSet(), pair.Value.ToHashSet()));
        Assert.InRange(PlacesOf(index, 42).Count, 0, 1);
    }

    [Fact]
    public void A_place_takes_less_than_13_bytes_however_many_there_are()
    {
        var (index, random) = (new TagIndex(), new Random(5));
        for (var place = 0; place < 1_000_000; place++)
        {
            index.Add((ulong)random.NextInt64(), place);
            if (place % 20_000 == 19_999 && place > 100_000) Assert.InRange(index.Size / (double)(place + 1), 8, 13);
        }
    }

    private static List<int> PlacesOf(TagIndex index, ulong fingerprint)
    {
        List<int> places = [];
        foreach (var place in index.Find(fingerprint)) places.Add(place);
        return places;
    }
}
