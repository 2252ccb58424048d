using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Observatory.Web.Hosting;

/// <summary>
/// Keys of data protection, a file each. The framework's own repository writes through the temp folder, which a read-only container does
/// not have, and gives up on all keys where one file is damaged.
/// </summary>
internal sealed class KeyFiles(DataDirectory data, ILogger<KeyFiles> logger) : IXmlRepository
{
    private const string Damaged = ".damaged";

    private static readonly string[] s_times = ["creationDate", "activationDate", "expirationDate"];

    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Directory.EnumerateFiles(data.Keys, "*.xml").Order(StringComparer.Ordinal).Select(Read).OfType<XElement>()];

    public void StoreElement(XElement element, string friendlyName)
    {
        var plain = friendlyName.Length > 0 && friendlyName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        var name = plain ? friendlyName : Guid.NewGuid().ToString("N");
        DataDirectory.WriteClosed(Path.Combine(data.Keys, name + ".xml"), new XDocument(element).ToString());
    }

    /// <summary>Null for a damaged one, which is put aside: what was protected with it is lost, and the next start has nothing to say any more.</summary>
    private XElement? Read(string file)
    {
        try
        {
            var element = XElement.Load(file);
            if (IsWhole(element)) return element;
        }
        catch (XmlException)
        {
            // Garbage, empty or cut off.
        }
        File.Move(file, file + Damaged, overwrite: true);
        logger.LogWarning("The key file {File} is damaged and was put aside. Who was signed in with it has to sign in again", file);
        return null;
    }

    /// <summary>A revocation, or a key with its times and its secret.</summary>
    private static bool IsWhole(XElement element)
    {
        if (element.Name.LocalName != "key") return element.Name.LocalName == "revocation";
        return Guid.TryParse(element.Attribute("id")?.Value, out _)
            && s_times.All(name => DateTimeOffset.TryParse(element.Element(name)?.Value, null, out _))
            && element.Element("descriptor") is { } descriptor
            && (!descriptor.Descendants("masterKey").Any() || descriptor.Descendants("masterKey").All(key => IsSecret(key.Element("value")?.Value)));
    }

    private static bool IsSecret(string? text)
    {
        Span<byte> bytes = stackalloc byte[1_024];
        return text is { Length: > 0 and <= 1_024 } && Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length >= 16;
    }
}
