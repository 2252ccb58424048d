using System.Text.Json;

namespace Observatory.Web.Hosting;

/// <summary>Where the running server answers, for a second process on the same data directory.</summary>
internal sealed record ServerState(int Pid, string Url)
{
    private const string FileName = "server.json";

    public static void Write(DataDirectory data, ServerState state) =>
        DataDirectory.WriteClosed(data.File(FileName), JsonSerializer.Serialize(state));

    /// <summary>Null where nothing readable is there.</summary>
    public static ServerState? Read(DataDirectory data)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerState>(File.ReadAllText(data.File(FileName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static void Delete(DataDirectory data) => File.Delete(data.File(FileName));
}
