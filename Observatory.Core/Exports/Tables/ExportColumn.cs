namespace Observatory.Core.Exports.Tables;

/// <summary>What the values of a column are. A value that is missing is null in each of them.</summary>
public enum ColumnType
{
    Text,

    /// <summary><see cref="double"/> or <see cref="decimal"/>, finite.</summary>
    Number,

    /// <summary><see cref="long"/>.</summary>
    Whole,

    /// <summary><see cref="DateTimeOffset"/>.</summary>
    Instant,

    /// <summary><see cref="DateTime"/> as clocks of the reader's zone showed it; a text where a file has no such type.</summary>
    Local,

    Boolean,

    /// <summary>JSON text of what is nested.</summary>
    Json,
}

/// <param name="Name">As the HTTP API has it.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">See <see cref="Metrics.Catalogue.Units"/>; null where there is none.</param>
public sealed record ExportColumn(string Name, ColumnType Type, string Title, string? Unit = null)
{
    /// <summary><c>text|number|integer|instant|boolean|json</c>.</summary>
    public string TypeName => Type switch
    {
        ColumnType.Local => "text", ColumnType.Whole => "integer", _ => Type.ToString().ToLowerInvariant(),
    };

    /// <summary>It has numbers, which stand to the right.</summary>
    public bool IsNumber => Type is ColumnType.Number or ColumnType.Whole;
}
