using Observatory.Core;
using Observatory.Core.Ingestion.Transcripts;

namespace Observatory.Web.Operations;

/// <summary>Whether transcripts are found where they are looked for.</summary>
internal sealed class DoctorFolders(ObservatoryOptions settings)
{
    private const string Check = "Transcripts";

    public IEnumerable<DoctorItem> Look()
    {
        if (!settings.Transcripts.Enabled)
        {
            yield return new DoctorItem(Check, DoctorItem.Ok, "Reading them is switched off.", null);
            yield break;
        }
        var roots = TranscriptFolders.Of(settings.Transcripts);
        var found = roots.Where(r => Directory.Exists(r.Path)).ToList();
        // Of the usual places one is in use; of those that somebody named, each should be there.
        var isNamed = settings.Transcripts.Roots.Any(r => !string.IsNullOrWhiteSpace(r));
        foreach (var missing in isNamed ? roots.Except(found) : [])
            yield return new DoctorItem(Check, DoctorItem.Error, $"{missing.Path} is not there.", "Mend Observatory:Transcripts:Roots, or mount the folder.");
        if (!isNamed && found.Count == 0)
        {
            yield return new DoctorItem(Check, DoctorItem.Warning, $"None of these is there: {string.Join(", ", roots.Select(r => r.Path))}.",
                "Use Claude Code on this machine once, or set Observatory:Transcripts:Roots:0 to the folder that holds projects.");
        }
        foreach (var root in found) yield return Readable(root.Path);
    }

    private static DoctorItem Readable(string path)
    {
        try
        {
            var folders = Directory.EnumerateDirectories(path).Count();
            return new DoctorItem(Check, DoctorItem.Ok, $"{path} can be read; it holds {folders} projects.", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DoctorItem(Check, DoctorItem.Error, $"{path} cannot be read: {e.Message}", "Let the account that runs the program read it.");
        }
    }
}
