using Observatory.Core.Exports.Jobs;

namespace Observatory.Web.Components.Pages.Exports;

/// <param name="Jobs">Newest first.</param>
public sealed record ExportsModel(IReadOnlyList<ExportJob> Jobs)
{
    /// <summary>Something waits or is being made: how far it is changes by itself.</summary>
    public bool IsAtWork => Jobs.Any(j => j.IsOpen);

    /// <summary>Files of several people are listed.</summary>
    public bool HasOwners => Jobs.Select(j => j.OwnerId).Distinct().Count() > 1;
}
