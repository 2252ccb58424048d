namespace Observatory.Core.Storage.Sqlite;

/// <summary>
/// The columns of one row in their order, on the way from an entity to a statement or a block. Used again and again: one class without an
/// interface, because some million columns a second go through it.
/// </summary>
internal sealed class RowBuffer(int columns)
{
    private readonly long[] _numbers = new long[columns];
    private readonly string?[] _texts = new string?[columns];
    private int _count;

    public ReadOnlySpan<long> Numbers => _numbers.AsSpan(0, _count);

    /// <summary>Bit n set = column n is null.</summary>
    public ulong Nulls { get; private set; }

    /// <summary>Bit n set = column n is a text.</summary>
    public ulong Texts { get; private set; }

    public string? Text(int column) => _texts[column];

    public bool IsNull(int column) => (Nulls >> column & 1) != 0;

    public bool IsText(int column) => (Texts >> column & 1) != 0;

    /// <summary>Makes room for the next row.</summary>
    public void Clear() => (_count, Nulls, Texts) = (0, 0, 0);

    public RowBuffer Add(long value)
    {
        _numbers[_count++] = value;
        return this;
    }

    public RowBuffer Add(bool value) => Add(value ? 1L : 0L);

    public RowBuffer Add(long? value) => value is { } number ? Add(number) : AddNull();

    public RowBuffer Add(string? value)
    {
        if (value is null) return AddNull();
        _texts[_count] = value;
        Texts |= 1UL << _count;
        return Add(0L);
    }

    private RowBuffer AddNull()
    {
        Nulls |= 1UL << _count;
        return Add(0L);
    }

    public bool Equals(RowBuffer other)
    {
        if (Nulls != other.Nulls || Texts != other.Texts || !Numbers.SequenceEqual(other.Numbers)) return false;
        for (var i = 0; i < _count; i++)
        {
            if (IsText(i) && _texts[i] != other._texts[i]) return false;
        }
        return true;
    }
}
