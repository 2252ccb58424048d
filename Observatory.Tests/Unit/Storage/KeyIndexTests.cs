using Observatory.Core.Storage.Writing;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

public sealed class KeyIndexTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(0x9E3779B97F4A7C15UL)]
    // Keys that differ in their upper bits alone, and in their lower bits alone: bad hashes.
    [InlineData(1UL << 40)]
    public void Every_key_is_found_again_with_its_first_value(ulong step)
    {
        var index = new KeyIndex();
        const int Count = 60_000;
        for (var i = 0; i < Count; i++) Assert.True(index.TryAdd(unchecked((ulong)(i + 1) * step) | 1UL << 63, i, out _));
        Assert.Equal(Count, index.Count);
        for (var i = 0; i < Count; i++)
        {
            var key = unchecked((ulong)(i + 1) * step) | 1UL << 63;
            Assert.True(index.TryGet(key, out var value));
            Assert.Equal(i, value);
            Assert.False(index.TryAdd(key, -1, out var existing));
            Assert.Equal(i, existing);
        }
        Assert.False(index.TryGet(42, out _));
    }

    [Fact]
    public void Random_keys_are_those_of_a_dictionary()
    {
        var (index, known, random) = (new KeyIndex(), new Dictionary<ulong, int>(), new Random(3));
        for (var i = 0; i < 300_000; i++)
        {
            var key = (ulong)random.NextInt64(1, 200_000) * 0xD6E8FEB86659FD93UL;
            Assert.Equal(known.TryAdd(key, i), index.TryAdd(key, i, out var existing));
            Assert.Equal(known[key], existing);
        }
        Assert.Equal(known.Count, index.Count);
    }

    [Fact]
    public void A_cleared_index_knows_nothing_and_takes_all_again()
    {
        var index = new KeyIndex();
        for (var i = 1UL; i <= 20_000; i++) index.TryAdd(i, (int)i, out _);
        index.Clear();
        Assert.Equal(0, index.Count);
        for (var i = 1UL; i <= 20_000; i++)
        {
            Assert.False(index.TryGet(i, out _));
            Assert.True(index.TryAdd(i, -(int)i, out _));
        }
        Assert.Equal(20_000, index.Count);
    }
}
