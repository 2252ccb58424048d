namespace Observatory.Core.Storage.Sqlite;

/// <summary>Where the columns of a row come from: a statement's result or a row of a block. Columns count from 0.</summary>
internal interface IRowSource
{
    /// <summary>0 where it is null.</summary>
    long Long(int column);

    bool IsNull(int column);

    string? Text(int column);

    int Int(int column) => (int)Long(column);

    bool Bool(int column) => Long(column) != 0;

    long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    int? IntOrNull(int column) => IsNull(column) ? null : (int)Long(column);
}
