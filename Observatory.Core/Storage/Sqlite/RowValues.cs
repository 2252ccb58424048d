namespace Observatory.Core.Storage.Sqlite;

/// <summary>The columns of one row, to hold against those of another.</summary>
internal sealed class RowValues(int columns) : IRowSink
{
    private readonly (long Number, string? Text, bool IsNull)[] _values = new (long, string?, bool)[columns];
    private int _column;

    public IRowSink Bind(long value) => Set((value, null, false));

    public IRowSink Bind(string? value) => Set((0, value, value is null));

    public IRowSink BindNull() => Set((0, null, true));

    /// <summary>The next row takes the place of this one.</summary>
    public void Clear() => _column = 0;

    public bool Equals(RowValues other) => _values.AsSpan(0, _column).SequenceEqual(other._values.AsSpan(0, other._column));

    private RowValues Set((long, string?, bool) value)
    {
        _values[_column++] = value;
        return this;
    }
}
