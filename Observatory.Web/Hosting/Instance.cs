using System.Security.Cryptography;
using Observatory.Core;

namespace Observatory.Web.Hosting;

/// <summary>
/// A short name of the data directory, made at its first start. Browsers send cookies to every port of a host: without it in their names
/// two instances on one machine would take each other's.
/// </summary>
internal sealed record Instance(string Name)
{
    private const string FileName = "instance";
    private const int Bytes = 4;

    /// <exception cref="StartRefusedException">The file can be neither read nor written.</exception>
    public static Instance Of(DataDirectory data)
    {
        var path = data.File(FileName);
        try
        {
            var name = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
            if (name.Length == 2 * Bytes && name.All(char.IsAsciiHexDigitLower)) return new Instance(name);
            var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
            DataDirectory.WriteClosed(path, made);
            return new Instance(made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{DataDirectory.Key}: {path} cannot be used: {e.Message}", e);
        }
    }
}
