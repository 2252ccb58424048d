namespace Observatory.Core.Storage.Maintenance;

/// <summary>How long maintenance rests between two pieces: as long as the piece took, and longer where batches wait.</summary>
internal static class MaintenancePacing
{
    private const int RestsWhileBusy = 4;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <param name="took">Of the piece, with the look for it.</param>
    /// <param name="isBusy">Batches wait.</param>
    public static TimeSpan RestAfter(TimeSpan took, bool isBusy)
    {
        var rest = isBusy ? took * RestsWhileBusy : took;
        return rest < s_longest ? rest : s_longest;
    }
}
