using Observatory.Core.Storage.Writing.Keys;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Writing.Keys;

public sealed class KeyFilterTests
{
    [Theory]
    [InlineData(1UL)]
    // Keys whose last bits are always the same, as of several things of one name.
    [InlineData(1UL << 16)]
    [InlineData(0x9E3779B97F4A7C15UL)]
    public void What_was_added_may_be_there_and_little_else(ulong step)
    {
        const int Count = 50_000;
        var filter = new KeyFilter(Count);
        for (var i = 1UL; i <= Count; i++) filter.Add(KeyFilter.Hash(i * step));
        var data = new byte[filter.Size];
        filter.CopyTo(data);
        var read = new KeyFilter(data);
        Assert.InRange(data.Length, Count * 2, Count * 2 + 64);
        var wrong = 0;
        for (var i = 1UL; i <= Count; i++)
        {
            Assert.True(filter.MayContain(KeyFilter.Hash(i * step)));
            Assert.True(read.MayContain(KeyFilter.Hash(i * step)));
            if (read.MayContain(KeyFilter.Hash((i + Count) * step))) wrong++;
        }
        Assert.InRange(wrong, 0, Count / 200);
    }

    [Fact]
    public void One_key_has_a_filter_too()
    {
        var filter = new KeyFilter(1);
        Assert.False(filter.MayContain(KeyFilter.Hash(1)));
        filter.Add(KeyFilter.Hash(1));
        Assert.True(filter.MayContain(KeyFilter.Hash(1)));
        Assert.Throws<InvalidDataException>(() => new KeyFilter(new byte[31]));
    }

    [Theory]
    [InlineData(1UL, 0)]
    [InlineData(3UL, 8)]
    [InlineData(1UL << 20, 20)]
    [InlineData(1UL << 53, 24)]
    public void A_page_holds_what_was_written_and_whatever_byte_is_another_it_is_known(ulong step, int shift)
    {
        var entries = Enumerable.Range(1, 250).Select(i => new KeyEntry((ulong)i * step, (uint)(i & 1) << shift | (uint)i & 0xFF)).ToArray();
        var page = new byte[KeyPage.MostBytes];
        var length = KeyPage.Write(entries, page);
        Assert.Equal(KeyPage.SizeOf(entries.Length, step * 249, entries.Max(e => e.Value)), length);
        KeyPage.Verify(page.AsSpan(0, length));
        for (var i = 0; i < entries.Length; i++)
        {
            Assert.Equal(i, KeyPage.FirstOf(page.AsSpan(0, length), entries[i].Key));
            Assert.Equal(entries[i], KeyPage.EntryAt(page.AsSpan(0, length), i));
        }
        for (var at = 0; at < length; at++)
        {
            page[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => KeyPage.Verify(page.AsSpan(0, length)));
            page[at] ^= 0x10;
        }
        Assert.Throws<InvalidDataException>(() => KeyPage.Verify(page.AsSpan(0, length - 1)));
    }

    [Fact]
    public void Entries_of_one_key_fill_any_page()
    {
        var page = new byte[KeyPage.MostBytes];
        var entries = Enumerable.Range(0, 40).Select(i => new KeyEntry(ulong.MaxValue, uint.MaxValue - 40 + (uint)i)).ToArray();
        var length = KeyPage.Write(entries, page);
        KeyPage.Verify(page.AsSpan(0, length));
        Assert.Equal(entries, Enumerable.Range(0, 40).Select(i => KeyPage.EntryAt(page.AsSpan(0, length), i)));
        Assert.Equal((0, 0), (KeyPage.FirstOf(page.AsSpan(0, length), 5), KeyPage.FirstOf(page.AsSpan(0, length), ulong.MaxValue)));
    }
}
