using Observatory.Core;
using Observatory.Web.Hosting;

namespace Observatory.Web.Operations;

/// <summary><c>doctor</c>: prints what the Doctor finds, one line a check. It reads only, also beside a server that runs.</summary>
internal static class DoctorCommand
{
    /// <returns>1 where something is an error, else 0.</returns>
    public static async Task<int> RunAsync(ObservatoryOptions settings, DataDirectory data, TimeProvider clock, TextWriter console)
    {
        var items = new Doctor(settings, data, ObservatoryCore.DoctorOf(data.Path, clock), clock).Look();
        foreach (var item in items)
        {
            var line = $"{item.State,-8}{item.Check}: {item.Found}{(item.Advice is { } advice ? $" {advice}" : "")}";
            await console.WriteLineAsync(line.ReplaceLineEndings(" "));
        }
        return items.Any(i => i.State == DoctorItem.Error) ? 1 : 0;
    }
}
