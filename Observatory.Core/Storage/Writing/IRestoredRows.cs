using Observatory.Core.Storage.Entities;

namespace Observatory.Core.Storage.Writing;

/// <summary>What was put back from archives. Writer only.</summary>
internal interface IRestoredRows
{
    /// <summary>Adds it; where it is there already, it stays for the longer of the two times.</summary>
    void Write(RestoredRowEntity x);

    /// <inheritdoc cref="Write(RestoredRowEntity)"/>
    void Write(RestoredTextEntity x);

    /// <summary>Deletes what was to be kept until then, and no longer.</summary>
    /// <param name="at">Unix ms.</param>
    /// <param name="most">Rows of either kind.</param>
    /// <returns>How many.</returns>
    int Expire(long at, int most);
}
